#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sets up, builds, and shows the main job live: a server and a client that talk over TLS, and the Inspector's window
# between them that explains every frame. Without a display, or with --offscreen, it prints the frames and keeps
# pictures of the window. With --built=FOLDER it takes the programs that were built there, and sets up nothing. Ends with
# 0 if everything went as it should.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

offscreen='' built=''
for argument in "$@"; do
    case $argument in
    --offscreen) offscreen=yes ;;
    --built=?*) built=${argument#--built=} ;;
    *)
        echo "usage: demo.sh [--offscreen] [--built=FOLDER]" >&2
        exit 2
        ;;
    esac
done
halyard=${built:-build/release}/bin/halyard
inspector=${built:-build/release}/bin/halyard-inspector
pictures=${built:-build}/demo
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
    : >"$work/$name.out" # the program itself may take a moment to make them
    : >"$work/$name.err"
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

# ask STATUS ARGUMENTS...: a request through the Inspector, which must end with that status.
ask() {
    local expected=$1 status=0
    shift
    "$halyard" request "$between" "$@" >>"$work/client.out" 2>>"$work/client.err" || status=$?
    if [ "$status" -ne "$expected" ]; then
        cat "$work/client.err" >&2
        echo "demo: request $1 ended with status $status instead of $expected" >&2
        return 1
    fi
}

# What a client wants to know: answers, a stream, an error, and a payload that unfolds.
ask_everything() {
    ask 0 sum --data "1 2 $((RANDOM % 100))"
    ask 0 ticks --data 3
    ask 1 fail --data "this is meant to fail"
    ask 0 echo --data '{"ship":"Halyard","log":[12.4,13.1],"crew":{"watch":"port","hands":7}}'
}

if [ -z "$built" ]; then
    heading "Setting up and building"
    bash cmake/setup.sh
    cmake --preset release >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
    cmake --build --preset release -j "$jobs" --target halyard halyard-inspector
fi

heading "A server, with a certificate made for this moment"
start server "$halyard" serve tls://localhost:0
server=$url

if [ -z "$offscreen" ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    heading "The Inspector between that server and its clients; TLS on both sides"
    start inspector "$inspector" --proxy tls://localhost:0 "$server"
    window=${running[-1]} between=$url
    heading "A client asks every two seconds; close the window to end this"
    while kill -0 "$window" 2>/dev/null; do
        ask_everything || ! kill -0 "$window" 2>/dev/null
        sleep 2
    done
    heading "Done"
    exit 0
fi

heading "No display: the Inspector, off screen, between that server and its client; TLS on both sides"
mkdir -p "$pictures"
for theme in light dark; do
    # Settings of its own, so that the picture is the same everywhere.
    export QT_QPA_PLATFORM=offscreen XDG_CONFIG_HOME=$work/settings
    start "inspector-$theme" "$inspector" --theme "$theme" --picture "$pictures/inspector-$theme.png" \
        --frames 21 --proxy tls://localhost:0 "$server"
    window=${running[-1]} between=$url
    ask_everything
    wait "$window"
done

heading "What the Inspector saw, frame by frame"
sed '/^listening /d' "$work/inspector-light.out"

heading "Done: 4 calls over TLS, every frame explained"
echo "The window: $pictures/inspector-light.png, and in the dark theme $pictures/inspector-dark.png"
