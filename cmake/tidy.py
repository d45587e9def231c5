#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs clang-tidy over our sources and remembers what was clean.

    python3 cmake/tidy.py [--jobs N] BUILD_DIR... [-- FILE...]

Each BUILD_DIR is configured with CMake and Ninja and has been built; a source file is checked with the compile
command of the first one that knows it. A file that was clean is not checked again while its command, everything it
includes, the configuration and clang-tidy itself are what they were, in whatever directory the project lies.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ("src", "inspector", "examples", "tests")
TIDY = "clang-tidy-16"
KEEP_DAYS = 30
# GCC's own flags, in the commands of a GCC build
EXTRA = ["--extra-arg=-Wno-unknown-warning-option"]


def cache_directory():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    path = pathlib.Path(base) / "halyard" / "tidy"
    path.mkdir(parents=True, exist_ok=True)
    oldest = time.time() - KEEP_DAYS * 86400
    for entry in path.iterdir():
        if entry.stat().st_mtime < oldest:
            entry.unlink(missing_ok=True)
    return path


class Contents:
    """Hashes of files, each read once."""

    def __init__(self):
        self.known = {}

    def hash(self, path):
        if path not in self.known:
            try:
                self.known[path] = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
            except OSError:
                self.known[path] = None
        return self.known[path]


def dependencies(build):
    """Object file -> files it was compiled from, as Ninja has recorded them."""
    listing = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], capture_output=True, text=True, check=True)
    found, current = {}, None
    for line in listing.stdout.splitlines():
        if line.startswith("    "):
            current.append(os.path.normpath(os.path.join(build, line.strip())))
        elif ": #deps" in line:
            name, state = line.split(": #deps", 1)
            current = []
            if "(VALID)" in state:
                found[name] = current
    return found


def jobs_of(build):
    """(source, key material) of each of our own sources in one build directory."""
    depends = dependencies(build)
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if not source.is_relative_to(ROOT) or source.is_relative_to(build):
            continue
        if source.relative_to(ROOT).parts[0] not in OURS:
            continue
        output = re.search(r" -o (\S+)", entry["command"])
        yield source, entry["command"].replace(output[0], ""), depends.get(output[1])


def key_of(build, command, files, contents, fixed):
    """A name for one check, the same in every directory the project may lie in; None where something is missing."""
    if files is None:
        return None
    digest = hashlib.sha256(fixed.encode())
    digest.update(command.replace(str(build), "<build>").replace(str(ROOT), "<root>").encode())
    for path in sorted(files):
        content = contents.hash(path)
        if content is None:
            return None
        digest.update(path.replace(str(build), "<build>").replace(str(ROOT), "<root>").encode())
        digest.update(content.encode())
    return digest.hexdigest()


def check(build, source):
    result = subprocess.run([TIDY, "--quiet", "-p", str(build), *EXTRA, str(source)], capture_output=True, text=True)
    # What is left on stderr of a clean run are counts of suppressed warnings.
    return result.returncode, result.stdout + (result.stderr if result.returncode else "")


def main():
    arguments = sys.argv[1:]
    only = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, only = arguments[:cut], arguments[cut + 1:]
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("builds", nargs="+", type=pathlib.Path)
    options = parser.parse_args(arguments)
    wanted = {pathlib.Path(name).resolve() for name in only}

    contents, cache = Contents(), cache_directory()
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    fixed = version + " ".join(EXTRA) + "".join(
        str(contents.hash(path)) for path in sorted(ROOT.glob("**/.clang-tidy")) if "build" not in path.parts)

    seen, todo, remembered = set(), [], 0
    for build in (path.resolve() for path in options.builds):
        for source, command, files in jobs_of(build):
            if source in seen or (wanted and source not in wanted):
                continue
            seen.add(source)
            key = key_of(build, command, files, contents, fixed)
            if key and (cache / key).exists():
                (cache / key).touch()
                remembered += 1
            else:
                todo.append((build, source, key))
    if not seen:
        sys.exit("tidy: no source file found in " + " ".join(map(str, options.builds)))
    print(f"tidy: {len(seen)} files, {remembered} known to be clean, {len(todo)} to check", flush=True)

    failed = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = {pool.submit(check, build, source): (source, key) for build, source, key in todo}
        for done in concurrent.futures.as_completed(running):
            source, key = running[done]
            status, output = done.result()
            if status == 0:
                if key:
                    (cache / key).touch()
            else:
                failed.append(source.relative_to(ROOT))
                print(output, flush=True)
    if failed:
        sys.exit("tidy: findings in " + " ".join(map(str, sorted(failed))))
    print("tidy: clean")


if __name__ == "__main__":
    main()
