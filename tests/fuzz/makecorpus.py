#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the corpora of fuzz_vstp, fuzz_tfserver and fuzz_npro in tests/data/fuzz anew from the golden bytes.

    python3 tests/fuzz/makecorpus.py
"""
import json
import pathlib
import re

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
LARGEST = 600
PROFILE_S = 1
REPAIR_CHECKSUMS = 4
FROM_SERVER = 0x80


def file_name(row):
    return re.sub(r"[^a-z0-9]+", "-", row["name"].lower()).strip("-")[:40]


def vstp_seeds():
    """The mode byte of the target, then a stream."""
    for row in json.loads((DATA / "vstp.json").read_text()):
        name = file_name(row)
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
            yield stream, bytes([mode]) + bytes.fromhex(digits)


def tfserver_seeds():
    """Pieces of at most 127 bytes, each behind a byte with its direction and size."""
    for row in json.loads((DATA / "tfserver.json").read_text()):
        if row["layer"] != "session" or row.get("transport") != "tcp":
            continue
        content = b""
        for chunk in row["chunks"]:
            rest = bytes.fromhex(chunk.get("hex") or "")
            side = FROM_SERVER if chunk.get("from") == "S" else 0
            for at in range(0, len(rest), 127):
                piece = rest[at:at + 127]
                content += bytes([side | len(piece)]) + piece
        yield file_name(row), content


def npro_seeds():
    """What the target does with it, then the bytes."""
    modes = {"packet": 0, "stream": 0, "lz4": 2, "lz4-decode": 2, "zstd": 3, "zstd-decode": 3}
    for row in json.loads((DATA / "network-protocol.json").read_text()):
        if row["layer"] in modes:
            digits = row["hex"]
        elif row["layer"] == "message-decode":
            digits = "4e50524f01" + (len(row["hex"]) // 2).to_bytes(4, "big").hex() + row["hex"]
        elif row["name"] == "session-1.3.0-coalesced":
            digits = "".join(chunk.get("hex") or "" for chunk in row["chunks"] if chunk["dir"] == "c2s")
        else:
            continue
        yield row["name"], bytes([modes.get(row["layer"], 0)]) + bytes.fromhex(digits)


def write(target, candidates):
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        old.unlink()
    seeds = {}
    for name, content in candidates:
        if 1 < len(content) <= LARGEST and content not in seeds.values():
            seeds[name] = content
    for name, content in seeds.items():
        (target / name).write_bytes(content)
    print(f"{target.name}: {len(seeds)} seeds, {sum(map(len, seeds.values()))} bytes")


def main():
    write(DATA / "fuzz" / "fuzz_vstp", vstp_seeds())
    write(DATA / "fuzz" / "fuzz_tfserver", tfserver_seeds())
    write(DATA / "fuzz" / "fuzz_npro", npro_seeds())


if __name__ == "__main__":
    main()
