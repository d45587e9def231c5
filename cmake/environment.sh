# SPDX-License-Identifier: MIT
# Sourced by test.sh and demo.sh: where we are, how many may work, and caches that outlive a clone.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
jobs=$(nproc)

if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
    export HOME=${HOME:-$root/build/home}
fi
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/halyard/cargo}
# Paths below the project count as relative ones, so that clones in other directories find the same objects.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
# Sanitizers say where.
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
# The programs speak English here, whatever the machine does.
export LC_ALL=C.UTF-8
