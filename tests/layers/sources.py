#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What every source file owes: a licence line, a readable length, no open ends.

    python3 tests/layers/sources.py [ROOT]

Looks at the files git knows, or at the whole tree where there is no git. Prints each breach, ends with 1 if any.
"""
import pathlib
import re
import subprocess
import sys

LICENSED = (".h", ".cpp", ".in", ".cmake", ".sh", ".py", ".rs", ".qml", ".ts", ".js")
LIMITED = (".h", ".cpp", ".py", ".rs", ".qml", ".ts", ".js")
MAX_LINES = 400
INCLUDE = re.compile(r"^#include (\S+)")
# Spelled apart, so that this file passes its own check.
OPEN_ENDS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|^\s*#\s*if\s+0\b|\bQSK" r"IP\b|\bGTEST_SK" r"IP\b"
                       r"|\bDISA" r"BLED_")


def files_of(root):
    listing = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"],
                             capture_output=True, text=True)
    if listing.returncode == 0:
        return listing.stdout.splitlines()
    return [path.relative_to(root).as_posix() for path in root.rglob("*")
            if path.is_file() and "build" not in path.parts and "target" not in path.parts]


def breaches(root, names):
    looked_at = 0
    for name in names:
        path = pathlib.Path(root, name)
        licensed = path.suffix in LICENSED or path.name in ("CMakeLists.txt", "Cargo.toml")
        if not path.is_file() or not licensed or name.startswith("tests/data/"):
            continue
        looked_at += 1
        lines = path.read_text(encoding="utf-8").splitlines()
        if not any("SPDX-License-Identifier: MIT" in line for line in lines[:2]):
            yield f"{name}: no SPDX line at its beginning"
        if path.suffix in LIMITED and len(lines) > MAX_LINES:
            yield f"{name}: {len(lines)} lines, split it ({MAX_LINES} at most)"
        included = set()
        for number, line in enumerate(lines, 1):
            if include := INCLUDE.match(line):
                if include[1] in included:
                    yield f"{name}:{number}: includes {include[1]} twice"
                included.add(include[1])
            if match := OPEN_ENDS.search(line):
                yield f"{name}:{number}: an open end: {match[0].strip()}"
    if not looked_at:
        yield f"{root}: no source file found"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()
    found = list(breaches(root, files_of(root)))
    print("\n".join(found) if found else "sources: licence, length and loose ends are in order")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
