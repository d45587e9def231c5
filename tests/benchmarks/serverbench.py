#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares our server with a bare epoll loop of the same framing, in one run, under the same load program.

For each row every server is started afresh, loaded and stopped, in turn, several rounds; so a machine that gets slower
or faster meanwhile does so for all of them. Figures are medians over the rounds; ratios are medians of the ratios
within a round. Prints progress on standard error and a Markdown table at the end. README.md tells more.
"""
import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    name: str
    load: tuple
    floor: float = 0.5  # of the bare loop's rate


ROWS = {
    "1": Row("64 B, 1 connection", ("--connections", "1")),
    "50": Row("64 B, 50 connections", ("--connections", "50")),
    "1000": Row("64 B, 1000 connections", ("--connections", "1000")),
    "4000": Row("64 B, 4000 connections", ("--connections", "4000")),
    "bulk": Row("64 KiB, 8 in flight", ("--size", "65536", "--in-flight", "8")),
    "256": Row("64 B, 256 in flight", ("--in-flight", "256"), 0.3),
    "requests": Row("requests, 64 B, 50 connections", ("--requests", "--connections", "50")),
    "requests256": Row("requests, 64 B, 256 in flight", ("--requests", "--in-flight", "256"), 0.3),
}

SERVERS = {
    "bare": ("bare epoll loop", ("bareserver",)),
    "epoll": ("Halyard, our dispatcher", ("halyardserver", "--dispatcher", "epoll")),
    "qt": ("Halyard, Qt's dispatcher", ("halyardserver", "--dispatcher", "qt")),
}

# JSON key of the load program, title, format, factor
FIGURES = (
    ("rate", "messages/s", "{:,.0f}", 1.0),
    ("p50us", "p50 µs", "{:,.0f}", 1.0),
    ("p99us", "p99 µs", "{:,.0f}", 1.0),
    ("serverCpuUs", "CPU µs/message", "{:.2f}", 1.0),
    ("memoryUsed", "KiB/connection", "{:.1f}", 1.0 / 1024),
)


@dataclass
class Series:
    """What one server did in one row, a dictionary for each round."""

    rounds: list = field(default_factory=list)

    def median(self, key):
        return statistics.median(result[key] for result in self.rounds)

    def ratio(self, key, base):
        """Median of the ratios of the rounds that ran next to each other; nothing where the base is no measure."""
        pairs = [(own[key], other[key]) for own, other in zip(self.rounds, base.rounds) if other[key] > 0]
        return statistics.median(own / other for own, other in pairs) if pairs else None


class BenchmarkFailed(Exception):
    pass


def use_core(number):
    """Runs in the child, before the program does."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[number % len(cores)]})


def run_once(folder, server, load, options):
    """Starts a server, loads it once, stops it, and returns what the load program measured."""

    def pin(core):
        return (lambda: use_core(core)) if options.pin else None

    command = [str(folder / SERVERS[server][1][0]), *SERVERS[server][1][1:]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=pin(0)) as process:
        try:
            greeting = process.stdout.readline().split()
            if len(greeting) != 2 or greeting[0] != "listening":
                raise BenchmarkFailed(f"{command[0]} did not start")
            load_command = [str(folder / "loadprogram"), greeting[1], "--pid", str(process.pid),
                            "--seconds", str(options.seconds), *load]
            loaded = subprocess.run(load_command, stdout=subprocess.PIPE, text=True, preexec_fn=pin(1),
                                    timeout=options.seconds * 3 + 120, check=False)
            if loaded.returncode != 0:
                raise BenchmarkFailed(f"{' '.join(load_command)} against {server}: {loaded.stdout.strip()}")
            return json.loads(loaded.stdout)
        finally:
            process.send_signal(signal.SIGTERM)


def measure(folder, options):
    """{row: {server: Series}}, servers in turn."""
    results = {}
    for key in options.rows:
        results[key] = {server: Series() for server in options.servers}
        for turn in range(options.rounds):
            order = options.servers if turn % 2 == 0 else options.servers[::-1]
            for server in order:
                result = run_once(folder, server, ROWS[key].load, options)
                results[key][server].rounds.append(result)
                print(f"{ROWS[key].name:32} {server:6} {result['rate']:12,.0f}/s  p50 {result['p50us']:9,.1f} µs  "
                      f"p99 {result['p99us']:9,.1f} µs  CPU {result['serverCpuUs']:7.2f} µs  "
                      f"server busy {result['serverBusy']:4.0%}, load busy {result['loadBusy']:4.0%}",
                      file=sys.stderr, flush=True)
    return results


def table(results):
    """Markdown; every figure of a server of ours is followed by its ratio to the bare loop."""
    lines = ["| load | server | " + " | ".join(title for _, title, _, _ in FIGURES) + " | floor |",
             "| --- | --- |" + " ---: |" * len(FIGURES) + " --- |"]
    for key, servers in results.items():
        base = servers.get("bare")
        for server, series in servers.items():
            cells = []
            for figure, _, form, factor in FIGURES:
                text = form.format(series.median(figure) * factor)
                ratio = series.ratio(figure, base) if base and server != "bare" else None
                cells.append(text if ratio is None else f"{text} (×{ratio:.2f})")
            lines.append(f"| {ROWS[key].name} | {SERVERS[server][0]} | " + " | ".join(cells)
                         + f" | {verdict(ROWS[key], server, series, base)} |")
    return "\n".join(lines)


def verdict(row, server, series, base):
    if server == "bare" or base is None:
        return ""
    return f"{row.floor} " + ("kept" if series.ratio("rate", base) >= row.floor else "**missed**")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the built programs are, e.g. build/release/bin")
    parser.add_argument("--seconds", type=float, default=3.0, help="measured time of one run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="ROW",
                        help="of " + " ".join(ROWS))
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS), metavar="SERVER",
                        help="of " + " ".join(SERVERS))
    parser.add_argument("--pin", action="store_true",
                        help="server on one core, load on another, instead of what the scheduler thinks best")
    parser.add_argument("--check-floors", action="store_true", help="exit with 1 when a floor is missed")
    return parser.parse_args()


def main():
    options = parse_arguments()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        results = measure(options.folder, options)
    except BenchmarkFailed as failure:
        print(f"serverbench: {failure}", file=sys.stderr)
        return 2
    text = table(results)
    print(text)
    return 1 if options.check_floors and "**missed**" in text else 0


if __name__ == "__main__":
    sys.exit(main())
