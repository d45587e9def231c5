#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sets up, builds, and shows the main job live: a server and a client that talk over TLS, and a proxy between them
# that explains every frame. Ends with 0 if everything went as it should.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

halyard=build/release/bin/halyard
work=$(mktemp -d "${TMPDIR:-/tmp}/halyard-demo.XXXXXX")
running=()

finish() {
    local status=$?
    if [ "${#running[@]}" -ne 0 ]; then
        kill "${running[@]}" 2>/dev/null || true
        wait "${running[@]}" 2>/dev/null || true
    fi
    if [ "$status" -eq 0 ]; then
        rm -rf "$work"
    else
        echo "demo: failed with status $status; what the programs said is in $work" >&2
    fi
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
heading() { printf '\n%s== %s%s\n' "$bold" "$*" "$plain"; }

# start NAME COMMAND...: runs in the background and sets `url` to where it listens.
start() {
    local name=$1 process
    shift
    printf '$ %s\n' "$*"
    "$@" >"$work/$name.out" 2>"$work/$name.err" &
    process=$!
    running+=("$process")
    for _ in {1..200}; do
        url=$(cat "$work/$name.out" "$work/$name.err" | sed -n 's/^listening //p' | head -n 1)
        if [ -n "$url" ]; then
            printf 'listening %s\n' "$url"
            return
        fi
        if ! kill -0 "$process" 2>/dev/null; then
            break
        fi
        sleep 0.1
    done
    cat "$work/$name.err" >&2
    echo "demo: $name did not start" >&2
    return 1
}

# ask STATUS ARGUMENTS...: a request, which must end with that status.
ask() {
    local expected=$1 status=0
    shift
    printf '\n$ %s request PROXY %s\n' "$halyard" "$*"
    "$halyard" request "$proxy" "$@" || status=$?
    printf '\n'
    if [ "$status" -ne "$expected" ]; then
        echo "demo: expected status $expected, got $status" >&2
        return 1
    fi
}

heading "Setting up and building"
bash cmake/setup.sh
cmake --preset release >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
cmake --build --preset release -j "$jobs" --target halyard

heading "A server, with a certificate made for this moment"
start server "$halyard" serve tls://localhost:0
server=$url

heading "A proxy in front of it; TLS on both sides"
start proxy "$halyard" proxy tls://localhost:0 "$server"
proxy=$url

heading "A client asks through the proxy"
ask 0 sum --data "1 2 3"
ask 0 ticks --data 3
ask 1 fail --data "this is meant to fail"

heading "What the proxy saw, frame by frame"
cat "$work/proxy.out"

heading "Done: 3 calls over TLS, every frame explained"
