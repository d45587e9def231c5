#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes tests/data/fuzz/fuzz_vstp anew from the golden bytes: the mode byte of the target, then a stream.

    python3 tests/fuzz/makecorpus.py
"""
import json
import pathlib
import re

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
LARGEST = 600
PROFILE_S = 1
REPAIR_CHECKSUMS = 4


def main():
    target = DATA / "fuzz" / "fuzz_vstp"
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        old.unlink()
    seeds = {}
    for row in json.loads((DATA / "vstp.json").read_text()):
        name = re.sub(r"[^a-z0-9]+", "-", row["name"].lower()).strip("-")[:40]
        if row["layer"] == "frame":
            kind = row["fields"].get("kind", "")
            mode = PROFILE_S if kind.startswith("profile S") else 0
            if kind == "valid":
                mode |= REPAIR_CHECKSUMS
            streams = [(name, mode, row["hex"])]
        elif row["fields"].get("transport") == "tcp":
            streams = [
                (f"{name}-{dir}", 0, "".join(c.get("hex", "") for c in row["chunks"] if c["dir"] == dir))
                for dir in ("c2s", "s2c")
            ]
        else:
            continue
        for stream, mode, digits in streams:
            content = bytes([mode]) + bytes.fromhex(digits)
            if 1 < len(content) <= LARGEST and content not in seeds.values():
                seeds[stream] = content
    for name, content in seeds.items():
        (target / name).write_bytes(content)
    print(f"{len(seeds)} seeds, {sum(map(len, seeds.values()))} bytes")


if __name__ == "__main__":
    main()
