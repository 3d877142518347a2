#!/usr/bin/env bash
# Builds the tree and runs its tests on Debian 13, in a root made with debootstrap (needs root).
#
# Exit status: 0 passed or not possible here (it says why), 1 failed.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=deploy/lib/packages.sh
. deploy/lib/packages.sh

TEST_PACKAGES=(catch2 python3 python3-jsonschema python3-prometheus-client python3-yaml bzip2 xz-utils zstd git ca-certificates systemd scdoc bash-completion openssl)

if [ "$(id -u)" != 0 ]; then
  say "skipped: the Debian 13 build needs root (chroot)"
  exit 0
fi
need_packages debootstrap
say "building and testing on Debian 13"
status=0
python3 -B tests/roots/tree_elsewhere.py trixie "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}" || status=$?
case $status in 0 | 77) ;; *) die "fails on Debian 13" ;; esac
