#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bash cmake/fuzz.sh TARGET WORK SECONDS: runs one fuzz target on a copy of its corpus in WORK.
set -uo pipefail
name=$(basename "$1")
corpus=tests/data/fuzz/$name
found=$2/$name-found artifacts=$2/$name-artifacts log=$2/$name.log
if [ ! -d "$corpus" ]; then
    echo "fuzz: $name has no corpus in $corpus"
    exit 1
fi
mkdir -p "$found" "$artifacts"
# A unit may take 10 s and 2 GiB: what a peer sends must never cost that much.
if "$1" -max_total_time="$3" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$artifacts/" "$found" "$corpus" >"$log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "fuzz: $name: ${runs:-0} inputs, nothing found"
    [ "${runs:-0}" -gt 0 ]
else
    tail -n 60 "$log"
    echo "fuzz: $name FAILED, its input is in $artifacts"
    exit 1
fi
