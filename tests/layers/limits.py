#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/limits.md and the headers name the same limits with the same defaults.

    python3 tests/layers/limits.py [ROOT]
"""
import pathlib
import re
import sys

# Prefix in the document -> the struct that has the members.
STRUCTS = {
    "engine": "EngineLimits",
    "connection": "ConnectionOptions",
    "reconnect": "ReconnectPolicy",
    "server": "ServerOptions",
    "guesses": "GuessLimits",
    "transport": "TransportOptions",
    "proxy": "ProxyOptions",
    "capture": "CaptureLimits",
    "intake": "IntakeLimits",
}
NUMBER = re.compile(r"^\s*(?:std::size_t|std::chrono::milliseconds|unsigned|int|qsizetype|RowNumber|qu?int\d+)\s+(\w+)\s*"
                    r"(?:=\s*([\d']+)\s*;|\{\s*([\d']+)\s*\}\s*;)", re.M)
ROW = re.compile(r"^\| `(\w+)\.(\w+)` \|[^|]*\| (\d+) \|", re.M)


def declared(root):
    found = {}
    headers = "\n".join(path.read_text(encoding="utf-8")
                        for folder in ("src", "inspector") for path in sorted((root / folder).rglob("*.h")))
    headers = re.sub(r"//[^\n]*", "", headers)
    for prefix, name in STRUCTS.items():
        body = re.search(rf"struct (?:\w+ )?{name} \{{(.*?)\n\}};", headers, re.S)
        if not body:
            sys.exit(f"no header has a struct {name}")
        for member, plain, braced in NUMBER.findall(body[1]):
            found[f"{prefix}.{member}"] = int((plain or braced).replace("'", ""))
    return found


def documented(root):
    text = (root / "docs/limits.md").read_text(encoding="utf-8")
    return {f"{prefix}.{member}": int(value) for prefix, member, value in ROW.findall(text)}


def differences(code, document):
    if len(code) < 20:
        yield f"only {len(code)} limits found in the headers"
    for name in sorted(code.keys() | document.keys()):
        if name not in document:
            yield f"{name} = {code[name]} is missing in docs/limits.md"
        elif name not in code:
            yield f"{name} stands in docs/limits.md, but in no header"
        elif code[name] != document[name]:
            yield f"{name} is {code[name]}, docs/limits.md says {document[name]}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    code = declared(root)
    found = list(differences(code, documented(root)))
    print("\n".join(found) if found else f"limits: {len(code)} limits are described as they are")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
