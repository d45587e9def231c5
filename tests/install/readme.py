#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The programs in README.md, taken out and run.

    python3 readme.py extract README DIRECTORY     writes server.cpp and client.cpp
    python3 readme.py run SERVER CLIENT            lets one answer the other

The address is the only thing that is changed: it comes from the command line, so that any free port will do.
"""
import pathlib
import re
import subprocess
import sys

ADDRESS = 'QUrl("tcp://localhost:6969")'
PROGRAM = re.compile(r"```cpp\n(// (server|client)\.cpp\n.*?)```", re.S)


def extract(readme, directory):
    programs = {name: source for source, name in PROGRAM.findall(pathlib.Path(readme).read_text(encoding="utf-8"))}
    if set(programs) != {"server", "client"}:
        sys.exit(f"{readme} has the programs {sorted(programs)}")
    for name, source in programs.items():
        if source.count(ADDRESS) != 1:
            sys.exit(f"{name}.cpp in {readme} does not name {ADDRESS} once")
        path = pathlib.Path(directory, name + ".cpp")
        source = source.replace(ADDRESS, "QUrl(QString::fromUtf8(argv[1]))")
        if not path.exists() or path.read_text(encoding="utf-8") != source:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")


def run(server, client):
    with subprocess.Popen([server, "tcp://localhost:0"], stderr=subprocess.PIPE, text=True) as process:
        try:
            address = next(filter(None, (re.search(r"\w+://[^\s\"]+", line) for line in process.stderr)), None)
            if not address:
                sys.exit("the server does not say where it listens")
            answer = subprocess.run([client, address[0]], stderr=subprocess.PIPE, text=True, timeout=60)
        finally:
            process.terminate()
    print(answer.stderr, end="")
    if answer.returncode != 0 or "AHOY" not in answer.stderr:
        sys.exit(f"the client ended with {answer.returncode}")


if __name__ == "__main__":
    {"extract": extract, "run": run}[sys.argv[1]](*sys.argv[2:])
