#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sets up, builds, and runs every test.
#
#   bash cmake/test.sh            everything, as in CI
#   bash cmake/test.sh --quick    the debug build and its tests
#   bash cmake/test.sh STEP...    only these: setup format rules release asan tsan fuzz tidy
#
# Every step runs, even behind one that failed; the last line names those that did.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"

fuzz_seconds=60

setup() { bash cmake/setup.sh; }

format() {
    clang-format-16 --version && our_sources | xargs clang-format-16 --dry-run -Werror
}

our_sources() { git ls-files -co --exclude-standard '*.h' '*.cpp'; }

rules() {
    local check status=0
    for check in test_layers layers sources limits protocols; do
        python3 -B "tests/layers/$check.py" || status=1
    done
    return "$status"
}

build() {
    cmake --preset "$1" && cmake --build --preset "$1" -j "$jobs"
}

build_and_test() {
    build "$1" && ctest --preset "$1"
}

debug() { build_and_test debug; }
release() { build_and_test release; }
asan() { build_and_test asan; }
tsan() { build_and_test tsan; }

# Each target for a minute, as many at a time as there are cores. What a target finds on its way is thrown away:
# the corpus in tests/data is chosen by hand. Inputs that broke it are kept, and named.
fuzz() {
    build fuzz || return
    local targets work
    targets=$(find build/fuzz/fuzz -maxdepth 1 -type f -executable | sort)
    if [ -z "$targets" ]; then
        echo "no fuzz target was built"
        return 1
    fi
    work=$(mktemp -d "${TMPDIR:-/tmp}/halyard-fuzz.XXXXXX") || return
    if printf '%s\n' "$targets" | xargs -P "$jobs" -I{} bash cmake/fuzz.sh {} "$work" "$fuzz_seconds"; then
        rm -rf "$work"
    else
        echo "kept for another look: $work"
        return 1
    fi
}

# All but the tests, which have been gone through only in part.
tidy() {
    build release >/dev/null || return
    git ls-files 'src/*.cpp' 'inspector/*.cpp' 'examples/*.cpp' |
        xargs python3 cmake/tidy.py --jobs "$jobs" build/release --
}

summary=() failed=()
step() {
    local began=$SECONDS result=passed
    printf '\n==== %s\n' "$1"
    if ! "$1"; then
        result='FAILED'
        failed+=("$1")
    fi
    summary+=("$(printf '%-10s %-6s %5d s' "$1" "$result" $((SECONDS - began)))")
    printf '==== %s\n' "${summary[-1]}"
}

case "${1:-}" in
'') steps=(setup format rules release asan tsan fuzz tidy) ;;
--quick) steps=(setup format rules debug) ;;
*) steps=("$@") ;;
esac

for name in "${steps[@]}"; do
    case "$name" in
    setup | format | rules | debug | release | asan | tsan | fuzz | tidy) ;;
    *)
        echo "test.sh: there is no step $name" >&2
        exit 2
        ;;
    esac
done
for name in "${steps[@]}"; do
    step "$name"
    if [ "$name" = setup ] && [ "${#failed[@]}" -ne 0 ]; then
        break # nothing below can work
    fi
done

printf '\n'
printf '%s\n' "${summary[@]}"
if [ "${#failed[@]}" -ne 0 ]; then
    echo "test.sh: FAILED: ${failed[*]} ($SECONDS s)"
    exit 1
fi
echo "test.sh: all ${#summary[@]} steps passed ($SECONDS s)"
