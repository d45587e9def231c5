#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what building and testing Halyard takes and a bare Debian 12 does not have. Run as root, or as a user
# who may use sudo. A second run only asks dpkg and is done.
set -euo pipefail

packages=(
    # Compilers and what drives them. The clang-16 set brings sanitizers, fuzzing, format and lint.
    g++ cmake ninja-build ccache git python3
    clang-16 clang-tidy-16 clang-format-16 libclang-rt-16-dev

    # What Halyard is made of: Qt, TLS, sealed sessions, CRC-32, compression, Result<T>, the command line, JSON.
    qt6-base-dev qt6-base-dev-tools libgl-dev
    libssl-dev libbotan-2-dev libsodium-dev libdeflate-dev liblz4-dev libzstd-dev libexpected-dev
    libcli11-dev nlohmann-json3-dev

    # Tests: frameworks, certificates, a display for the window, second opinions on captures, manual page and
    # completion, desktop files and pictures.
    libgtest-dev libbenchmark-dev
    ca-certificates openssl
    xvfb xauth fonts-dejavu-core
    tshark
    man-db bash-completion
    desktop-file-utils appstream imagemagick
)

# The peers of the interop tests are Rust crates. Any cargo that is new enough will do; Debian's own is not, its
# build for browsers is.
oldest_cargo=1.87
cargo_is_new_enough() {
    local version
    version=$(cargo --version 2>/dev/null | cut -d' ' -f2) || return 1
    [ -n "$version" ] && [ "$(printf '%s\n' "$oldest_cargo" "$version" | sort -V | head -n 1)" = "$oldest_cargo" ]
}
cargo_is_new_enough || packages+=(cargo-web rustc-web)

say() { printf 'setup: %s\n' "$*"; }

missing() {
    local installed
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null |
        sed -n 's/^installed //p' || true)
    printf '%s\n' "${packages[@]}" | grep -vxF -e "$installed" || true
}

mapfile -t wanted < <(missing)
if [ "${#wanted[@]}" -eq 0 ] && cargo_is_new_enough; then
    say "all ${#packages[@]} packages are there"
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        say "cannot install without root or sudo: ${wanted[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
# Nothing may ask a question, whatever the packages' settings are.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0)

say "installing ${wanted[*]}"
"${apt[@]}" update || say "the package lists could not be refreshed; trying with those that are there"
"${apt[@]}" install --no-install-recommends "${wanted[@]:-${packages[@]}}"

mapfile -t wanted < <(missing)
if [ "${#wanted[@]}" -ne 0 ]; then
    say "still missing: ${wanted[*]}" >&2
    exit 1
fi
if ! cargo_is_new_enough; then
    say "cargo is older than $oldest_cargo: $(cargo --version 2>&1)" >&2
    exit 1
fi
say "done"
