#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each protocol has the files that the tables in docs/adding-a-protocol.md list.

    python3 tests/layers/protocols.py [ROOT]
"""
import pathlib
import re
import sys

HEADING = re.compile(r"^\| `(src/\w+)/NAME` \|")
ROW = re.compile(r"^\| (`[\w`, ]+`) \|(.*)\|$")
# What a row says of a protocol that has no such file of its own.
EXCEPTION = re.compile(r"\((\w+)'s is `\w+`")


def listed(guide):
    """Folder -> file -> protocols that need not have it."""
    files, folder = {}, None
    for line in guide.splitlines():
        if heading := HEADING.match(line):
            folder = files.setdefault(heading[1], {})
        elif not line.startswith("|"):
            folder = None
        elif folder is not None and (row := ROW.match(line)):
            for name in re.findall(r"`(\w+)`", row[1]):
                folder[name] = EXCEPTION.findall(row[2])
    return files


def differences(files, tree):
    """`tree`: folder -> protocol -> names of its headers without their ending."""
    if sorted(files) != ["src/protocol", "src/wire"] or min(map(len, files.values())) < 5:
        yield "the guide lists no files"
    if len({tuple(sorted(protocols)) for protocols in tree.values()}) != 1:
        yield "not every protocol has a folder in each of " + ", ".join(sorted(tree))
    for folder, names in sorted(files.items()):
        for protocol, headers in sorted(tree.get(folder, {}).items()):
            for name, exceptions in sorted(names.items()):
                if (name in headers) == (protocol in exceptions):
                    missing = "no " if name not in headers else "a "
                    yield f"{folder}/{protocol} has {missing}{name}.h; docs/adding-a-protocol.md says otherwise"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    files = listed((root / "docs/adding-a-protocol.md").read_text(encoding="utf-8"))
    tree = {folder: {path.name: {header.stem for header in path.glob("*.h")}
                     for path in (root / folder).iterdir() if path.is_dir()} for folder in files}
    found = list(differences(files, tree))
    print("\n".join(found) if found else f"protocols: {sum(map(len, files.values()))} files in each protocol")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
