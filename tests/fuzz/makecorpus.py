#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the corpora in tests/data/fuzz anew: from the golden bytes where the bytes of a peer are tried, from
short plays where a target plays both sides. fuzz_vstpengine's was found by running it, fuzz_structserializer's was
written by the crates: those are left alone.

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
    modes = {"packet": 0, "stream": 0, "lz4": 2, "lz4-decode": 2, "zstd": 3, "zstd-decode": 3,
             "format-bincode": 4, "format-json": 4, "format-msgpack": 4}
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


def structures_seeds():
    """The format, the number of fields, the fields, the bytes. The kinds of fields are those of the target."""
    U8, U16, U32, U64, BOOL, VARIANT, OPTION, BYTES, TEXT, ARRAY, SKIP = range(11)
    bincode, rkyv = 0, 1
    shapes = {
        "PacketMeta": {"g3": [U32, U64, U64, BOOL], "g4": [U8, U64, U64, BOOL]},
        "HandlerMetaReq": {"g3": [U32, TEXT], "g4": [U8, TEXT]},
        "HandlerMetaAns": {"g3": [U32, U64], "g4": [U8, U64]},
        "Malformed": {"g3": [U32, VARIANT, OPTION, TEXT], "g4": [U8, VARIANT, OPTION, TEXT]},
        "InternalError": {"g3": [U32, VARIANT, OPTION, BYTES], "g4": [U8, VARIANT, OPTION, BYTES]},
        "BlobAsk": {"g3": [U32, U64, TEXT], "g4": [U8, U64, TEXT]},
    }
    for row in json.loads((DATA / "tfserver.json").read_text()):
        generation, _, name = row["name"].partition("/packet/")
        fields = shapes.get(name.split(" ")[0], {}).get(generation)
        if fields:
            form = bincode if generation == "g3" else rkyv
            yield file_name(row), bytes([form, len(fields), *fields]) + bytes.fromhex(row["hex"])
    for row in json.loads((DATA / "network-protocol.json").read_text()):
        if row["layer"] == "message" and row["fields"]["message"] == "Custom":
            fields = [VARIANT, TEXT, BYTES]
            yield row["name"], bytes([bincode, len(fields), *fields]) + bytes.fromhex(row["hex"])
    yield "all-kinds", bytes([bincode, 8, U16, ARRAY + 11 * 3, SKIP, VARIANT, OPTION, BOOL, U8, U32]) + bytes(20)


FROM_CLIENT = 0x80


def steps_from_client(what, of):
    """The first step from FROM_CLIENT on that does this, for a target with so many kinds of steps."""
    return next(step for step in range(FROM_CLIENT, 256) if step % of == what)


def security_seeds():
    """A setting, then steps: everything forward, records both ways, and one thing done by an attacker."""
    kinds = 9
    forward, change, resize, again, later, made_up, seal = 0, 3, 4, 5, 6, 7, 8
    client = lambda what: steps_from_client(what, kinds)
    both = bytes([client(forward), client(forward), forward, client(forward), forward])
    record = bytes([client(seal), 5, client(forward), seal, 3, forward])
    attacks = {
        "fair": b"", "changed": bytes([client(seal), 9, client(change), 12, 3]),
        "resized": bytes([client(seal), 9, client(resize), 20]), "again": bytes([client(again), 1, 4]),
        "reflected": bytes([client(again), 0, 2]), "swapped": bytes([client(seal), 1, client(seal), 2, client(later), 1]),
        "left-out": bytes([client(seal), 1, client(seal), 2, client(later), 0]),
        "made-up": bytes([client(made_up), 4, 1, 2, 3, 4]),
    }
    for kind, name in enumerate(["e1", "e2", "family-a", "family-b", "found-out"]):
        for attack, steps in attacks.items():
            yield f"{name}-{attack}", bytes([kind]) + both + record + steps + record + record
        for lie in (5, 6, 7) if kind < 2 else ():
            option = next(o for o in range(lie * 8, lie * 8 + 8) if o % 5 == kind)
            yield f"{name}-lie-{lie}", bytes([option]) + both + record + record
        yield f"{name}-early", bytes([kind, client(change), 3, 1]) + both + record


def sessions_seeds():
    """A setting, its options, then steps."""
    kinds = 20
    ask, answer, tell, carry_some, carry_all, credentials = 0, 3, 5, 6, 9, 11
    change, shuffle, cut, close, time, pause, cancel = 12, 13, 15, 16, 17, 18, 19
    client = lambda what: steps_from_client(what, kinds)
    exchange = bytes([client(carry_all), carry_all])
    opening = bytes([credentials]) + exchange + bytes([credentials]) + exchange + exchange
    asked = bytes([ask, 0, 5, 2, ask, 1, 7, 1, ask, 2, 3, 3, ask, 3, 1, 1])
    told = bytes([client(tell), 4, 4, tell, 3, 3])
    plays = {
        "fair": asked + exchange + bytes([answer, 1, answer, 0]) + exchange + told + exchange,
        "pieces": asked + bytes([client(carry_some), 3, client(carry_some), 70, answer, 0, carry_some, 1]) + exchange,
        "changed": asked + bytes([client(change), 0, 20, 3]) + exchange,
        "swapped": asked + bytes([client(shuffle), 0, 1, 0]) + exchange + bytes([answer, 0, shuffle, 0, 1, 0]),
        "repeated": asked + bytes([client(shuffle), 1, 0, 1]) + exchange + bytes([answer, 0, shuffle, 0, 0, 1]),
        "left-out": asked + bytes([client(shuffle), 0, 0, 2]) + exchange,
        "reflected": asked + bytes([client(shuffle), 0, 0, 3]) + exchange,
        "cut": asked + bytes([client(carry_some), 30, client(cut)]) + exchange,
        "closed": asked + exchange + bytes([answer, 0, close, 0]) + exchange + bytes([client(close), 0]),
        "late": asked + exchange + bytes([time, 255, answer, 0]) + exchange + bytes([time, 255, time, 255]),
        "paused": bytes([pause, 0]) + asked + exchange + bytes([pause, 1]) + exchange,
        "cancelled": asked + bytes([cancel, 0, cancel, 1]) + exchange + bytes([answer, 0]) + exchange,
    }
    for setting in range(15):
        for name, steps in plays.items():
            yield f"{setting:02}-{name}", bytes([setting, 2]) + opening + steps
    for setting in (4, 5, 6, 14):
        for option, name in enumerate(["wrong-password", "unknown-user"]):
            yield f"{setting:02}-{name}", bytes([setting, option]) + opening + plays["fair"]


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
    write(DATA / "fuzz" / "fuzz_structures", structures_seeds())
    write(DATA / "fuzz" / "fuzz_security", security_seeds())
    write(DATA / "fuzz" / "fuzz_sessions", sessions_seeds())


if __name__ == "__main__":
    main()
