#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The direction of the arrows in ARCHITECTURE.md, read off the source files.

    python3 tests/layers/layers.py [ROOT]

Prints each breach as FILE:LINE: REASON and ends with 1 if there is one.
"""
import pathlib
import re
import sys

INNER = ("wire", "crypto", "protocol")
LIBRARY = INNER + ("transport", "endpoint")

# Folder -> folders of the project it may include, besides itself.
ALLOWED = {
    "src/wire": (),
    "src/crypto": ("src/wire",),
    "src/protocol": ("src/wire",),
    "src/transport": ("src/wire", "src/crypto"),
    "src/endpoint": tuple(f"src/{name}" for name in ("wire", "crypto", "protocol", "transport")),
    "src/qml": tuple(f"src/{name}" for name in LIBRARY),
    "src/cli": tuple(f"src/{name}" for name in LIBRARY),
    "src/wasm": ("src/wire", "src/protocol"),
}
INSPECTOR = ("capture", "decode", "models", "views", "app")
for rank, name in enumerate(INSPECTOR):
    left = tuple(f"inspector/{other}" for other in INSPECTOR[:rank])
    ALLOWED[f"inspector/{name}"] = tuple(f"src/{other}" for other in LIBRARY) + left

# What the inner ring may use from outside, besides the standard library (headers without a folder or suffix).
OUTSIDE = {
    "wire": ("libdeflate.h", "lz4.h", "zstd", "tl/expected.hpp", "nlohmann/"),
    "crypto": ("tl/expected.hpp", "openssl/", "botan", "sodium"),
    "protocol": ("tl/expected.hpp", "nlohmann/"),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
QT = re.compile(r"\b(Q_[A-Z_]+|Q[A-Z][A-Za-z]\w*|qsizetype|qreal|qu?int(8|16|32|64|ptr)|quint\w*|emit|qDebug|qWarning)\b")
# No clock, randomness, thread or output of its own: tests and WebAssembly depend on it.
SURROUNDINGS = re.compile(r"\w*_clock::now\b|\brandom_device\b|\bstd::(jthread|thread|async|this_thread)\b"
                          r"|\bstd::(cout|cerr|clog)\b|\bf?printf\s*\(|\bgetenv\s*\(")


def without_comments_and_text(source):
    """The same lines, comments and the content of literals left out."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)

    def blank(match):
        text = match.group()
        if text.startswith("'") and match.start() and source[match.start() - 1].isalnum():
            return text                                        # 1'024
        return "\n" * text.count("\n") if text.startswith("/") else '""' + "\n" * text.count("\n")

    return pattern.sub(blank, source)


def folder_of(path):
    """The folder in the sense of ALLOWED that a path below the root lies in, or None."""
    parts = pathlib.PurePosixPath(path).parts
    name = "/".join(parts[:2])
    return name if name in ALLOWED else None


def target_of(root, including, spelled):
    """The file of the project that an #include means, as a path below the root, or None for one from outside."""
    spelled = spelled.removeprefix("halyard/")
    candidates = (including.parent / spelled, root / "src" / spelled, root / "inspector" / spelled, root / spelled)
    for candidate in candidates:
        candidate = pathlib.Path(candidate).resolve()
        if candidate.is_file() and candidate.is_relative_to(root):
            return candidate.relative_to(root).as_posix()
    return None


def breaches_in(root, path):
    relative = path.relative_to(root).as_posix()
    folder = folder_of(relative)
    source = path.read_text(encoding="utf-8")
    inner = folder is not None and folder.removeprefix("src/") in INNER
    public_header = path.suffix == ".h" and not path.stem.endswith("_p") and relative.startswith("src/")

    for number, line in enumerate(source.splitlines(), 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        spelled = include[2]
        target = target_of(root, path, spelled)
        if target is not None:
            other = folder_of(target)
            if folder and other and other != folder and other not in ALLOWED[folder]:
                yield f"{relative}:{number}: {folder} must not include {target}: arrows point inward"
            if folder and other is None and not target.startswith(("build/", "tests/")):
                yield f"{relative}:{number}: {target} lies in no known folder"
            if folder and target.startswith("tests/"):
                yield f"{relative}:{number}: {folder} must not include tests"
            if relative.startswith("examples/") and target.startswith("inspector/"):
                yield f"{relative}:{number}: examples use the library alone"
            if public_header and target.endswith("_p.h") and folder in [f"src/{name}" for name in LIBRARY]:
                yield f"{relative}:{number}: a public header must not include the private {target}"
        elif inner:
            standard = include[1] == "<" and re.fullmatch(r"[a-z_0-9]+", spelled)
            if not standard and not spelled.startswith(OUTSIDE[folder.removeprefix("src/")]):
                yield f"{relative}:{number}: {folder} must not use <{spelled}>"

    if inner:
        for number, line in enumerate(without_comments_and_text(source).splitlines(), 1):
            if INCLUDE.match(line) or line.lstrip().startswith("#"):
                continue
            if match := QT.search(line):
                yield f"{relative}:{number}: Qt in the inner ring: {match[0]}"
            if match := SURROUNDINGS.search(line):
                yield f"{relative}:{number}: the inner ring is handed time, chance and output: {match[0]}"


def breaches(root):
    root = pathlib.Path(root).resolve()
    found = 0
    for top in ("src", "inspector", "examples"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in (".h", ".cpp", ".in") and path.is_file() and "node_modules" not in path.parts:
                found += 1
                yield from breaches_in(root, path)
    if not found:
        yield f"{root}: no source file found"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
    lines = list(breaches(root))
    print("\n".join(lines) if lines else "layers: all arrows point inward")
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
