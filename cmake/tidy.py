#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs clang-tidy over our sources and remembers what was clean.

    python3 cmake/tidy.py [--jobs N] [--each] BUILD_DIR... [-- FILE...]

Each BUILD_DIR is configured with CMake and Ninja and has been built; a source file is checked with the compile
command of the first one that knows it. A file that was clean is not checked again while its command, everything it
includes, the configuration and clang-tidy itself are what they were, in whatever directory the project lies.

Nine tenths of a run go into the headers of Qt and the standard library. So files that are compiled alike are checked
as one, written one behind the other; where that does not compile or finds something, each half of them is, and so on
down to the single file, from which all that is reported comes. --each begins with that.
"""
import argparse
import concurrent.futures
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ("src", "inspector", "examples", "tests")
TIDY = "clang-tidy-16"
TOGETHER = 16
KEEP_DAYS = 30
# GCC's own flags, in the commands of a GCC build
EXTRA = ["--extra-arg=-Wno-unknown-warning-option"]
# A file must include what it needs: here none is read with headers that were compiled before it.
COMPILED_HEADERS = re.compile(r" -Winvalid-pch -include (\S+)")


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


@dataclasses.dataclass
class Job:
    build: pathlib.Path
    source: pathlib.Path
    command: str             # without input, output and compiled headers
    headers: str             # of which kind those were, and of which version
    files: list | None       # all that it was compiled from
    key: str | None = None   # where a clean run is remembered


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
    """Our own sources in one build directory."""
    depends = dependencies(build)
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if not source.is_relative_to(ROOT) or source.is_relative_to(build):
            continue
        if source.relative_to(ROOT).parts[0] not in OURS:
            continue
        output = re.search(r" -o (\S+)", entry["command"])
        command = entry["command"].replace(output[0], "").replace(f" -c {entry['file']}", "")
        compiled = COMPILED_HEADERS.search(command)
        headers = pathlib.Path(f"{compiled[1]}.gch.sum").read_text(encoding="utf-8") if compiled else ""
        files = [path for path in depends.get(output[1], []) if "/cmake_pch.hxx" not in path]
        yield Job(build, source, COMPILED_HEADERS.sub("", command), headers, files or None)


def key_of(job, contents, fixed):
    """A name for one check, the same in every directory the project may lie in; None where something is missing."""
    if job.files is None:
        return None

    def anywhere(text):
        return text.replace(str(job.build), "<build>").replace(str(ROOT), "<root>").encode()

    digest = hashlib.sha256(fixed.encode())
    digest.update(anywhere(job.command))
    digest.update(job.headers.encode())
    for path in sorted(job.files):
        content = contents.hash(path)
        if content is None:
            return None
        digest.update(anywhere(path))
        digest.update(content.encode())
    return digest.hexdigest()


def flags_of(job):
    """(what sorts it into a group, -D and -I and the like)."""
    words = shlex.split(job.command)[1:]
    paths, rest, at = [], [], 0
    while at < len(words):
        if words[at] in ("-I", "-isystem"):
            paths.append((words[at], words[at + 1]))
            at += 2
            continue
        (paths if words[at].startswith(("-I", "-D")) else rest).append(
            (words[at],) if words[at].startswith(("-I", "-D")) else words[at])
        at += 1
    return tuple(sorted(set(rest))), paths


def private_names(text):
    """Names that two files cannot both have when they are compiled as one: those of unnamed namespaces, roughly."""
    names = set(re.findall(r"^static [^(=;]*?\b(\w+)\s*[(={;]", text, re.M))
    for part in re.findall(r"^namespace \{$(.*?)^\} // namespace$", text, re.M | re.S):
        names.update(re.findall(r"^(?:class|struct|enum class|enum|using) (\w+)", part, re.M))
        names.update(re.findall(r"^[A-Za-z][^()=;{}]*?\b(\w+)\s*[(={;]", part, re.M))
    names.update(f"#{name}" for name in re.findall(r"^#define (\w+)", text, re.M))
    return names


def groups_of(jobs):
    """Files that can be checked as one: compiled alike, without names in common."""
    groups = []
    for job in jobs:
        text = job.source.read_text(encoding="utf-8")
        alike = (job.build, flags_of(job)[0],
                 tuple(sorted(re.findall(r"^using namespace (.+);", text, re.M))))
        names = private_names(text)
        for other, taken, members in groups:
            if other == alike and len(members) < TOGETHER and not names & taken:
                taken |= names
                members.append(job)
                break
        else:
            groups.append((alike, set(names), [job]))
    return [members for _, _, members in groups]


def check_each(job):
    result = subprocess.run([TIDY, "--quiet", *EXTRA, str(job.source), "--", *shlex.split(job.command)[1:]],
                            capture_output=True, text=True, cwd=job.build)
    # What is left on stderr of a clean run are counts of suppressed warnings.
    return result.returncode == 0, result.stdout + (result.stderr if result.returncode else "")


def clean_together(group, directory):
    """Whether all files of the group, written one behind the other, compile and are clean."""
    flags = []
    for job in group:
        for flag in flags_of(job)[1]:
            if flag not in flags:
                flags.append(flag)
    with tempfile.NamedTemporaryFile("w", suffix=".cpp", dir=directory, encoding="utf-8") as together:
        for number, job in enumerate(group):
            together.write(f"#undef main\n#define main main{number}\n{job.source.read_text(encoding='utf-8')}\n")
        together.flush()
        command = [TIDY, "--quiet", f"--config-file={ROOT / '.clang-tidy'}", *EXTRA, together.name, "--",
                   *flags_of(group[0])[0], *(word for flag in flags for word in flag),
                   *(f"-iquote{folder}" for folder in dict.fromkeys(job.source.parent for job in group))]
        return subprocess.run(command, capture_output=True, cwd=group[0].build).returncode == 0


def check(group, directory):
    """(job, clean, output) of each file of a group."""
    if len(group) == 1:
        return [(group[0], *check_each(group[0]))]
    if clean_together(group, directory):
        return [(job, True, "") for job in group]
    half = len(group) // 2
    return check(group[:half], directory) + check(group[half:], directory)


def main():
    arguments = sys.argv[1:]
    only = []
    if "--" in arguments:
        cut = arguments.index("--")
        arguments, only = arguments[:cut], arguments[cut + 1:]
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--each", action="store_true")
    parser.add_argument("builds", nargs="+", type=pathlib.Path)
    options = parser.parse_args(arguments)
    wanted = {pathlib.Path(name).resolve() for name in only}

    contents, cache = Contents(), cache_directory()
    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    fixed = version + " ".join(EXTRA) + str(contents.hash(ROOT / ".clang-tidy"))

    seen, todo = set(), []
    for build in (path.resolve() for path in options.builds):
        for job in jobs_of(build):
            if job.source in seen or (wanted and job.source not in wanted):
                continue
            seen.add(job.source)
            job.key = key_of(job, contents, fixed)
            if job.key and (cache / job.key).exists():
                (cache / job.key).touch()
            else:
                todo.append(job)
    if not seen:
        sys.exit("tidy: no source file found in " + " ".join(map(str, options.builds)))
    groups = [[job] for job in todo] if options.each else groups_of(todo)
    print(f"tidy: {len(seen)} files, {len(seen) - len(todo)} known to be clean, "
          f"{len(todo)} to check in {len(groups)} groups", flush=True)

    failed = []
    with tempfile.TemporaryDirectory() as directory, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        running = [pool.submit(check, group, directory) for group in sorted(groups, key=len, reverse=True)]
        for done in concurrent.futures.as_completed(running):
            for job, clean, output in done.result():
                if not clean:
                    failed.append(job.source.relative_to(ROOT))
                    print(output, flush=True)
                elif job.key:
                    (cache / job.key).touch()
    if failed:
        sys.exit("tidy: findings in " + " ".join(map(str, sorted(failed))))
    print("tidy: clean")


if __name__ == "__main__":
    main()
