# SPDX-License-Identifier: MIT
"""Runs cmake/demo.sh off screen with the programs of a build folder, and looks at all that it promises."""
import os
import re
import struct
import subprocess
import sys
import zlib

FEWEST_COLOURS = 16  # of a window that shows something


def colours(path):
    """How many different pixels a PNG has, as Qt writes them: 8 bits for each channel, not interlaced."""
    with open(path, "rb") as picture:
        data = picture.read()
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        raise SystemExit(f"{path} is no PNG")
    at, pixels, header = 8, b"", None
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            pixels += body
        at += 12 + length
    width, height, depth, colour, _, _, interlaced = header
    if depth != 8 or colour not in (2, 6) or interlaced or width < 640 or height < 480:
        raise SystemExit(f"{path}: {width} x {height}, depth {depth}, colour type {colour}")
    # Bytes are filtered differences: where the picture is of one colour, almost all of them are the same.
    rows = zlib.decompress(pixels)
    channels = 3 if colour == 2 else 4
    return len({rows[i : i + channels] for i in range(0, len(rows) - channels, channels)})


def main(built):
    pictures = [os.path.join(built, "demo", f"inspector-{theme}.png") for theme in ("light", "dark")]
    for picture in pictures:
        if os.path.exists(picture):
            os.remove(picture)  # that of an earlier run says nothing
    demo = subprocess.run(["bash", "cmake/demo.sh", "--offscreen", f"--built={built}"], check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = demo.stdout
    if demo.returncode != 0:
        raise SystemExit(f"{said}\nthe demo ended with status {demo.returncode}")
    wanted = {
        "a certificate that was made": r"listening tls://localhost:\d+\?pin=sha256:[0-9a-f]{64}",
        "the client's first frame": r"^-> vstp @\d+  HELLO",
        "a request": r"^-> vstp @\d+  DATA route=sum id=\d+",
        "its fields": r"^  [0-9a-f]{4} +\d+  payload +1 2 \d+",
        "an answer": r"^<- vstp @\d+  DATA re=\d+ end=1",
        "an error": r"^<- vstp @\d+  ERR re=\d+ code=\d+",
        "where the picture lies": re.escape(pictures[0]),
    }
    for what, pattern in wanted.items():
        if not re.search(pattern, said, re.MULTILINE):
            raise SystemExit(f"{said}\nthe demo did not show {what}: {pattern}")
    for picture in pictures:
        if colours(picture) < FEWEST_COLOURS:
            raise SystemExit(f"{picture} shows nothing")


if __name__ == "__main__":
    main(sys.argv[1])
