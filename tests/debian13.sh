#!/usr/bin/env bash
# Builds the tree and runs its unit tests on Debian 13, in a root made with debootstrap (needs root).
#
#   tests/debian13.sh [ROOT]     ROOT: a Debian 13 root to use; default: one in the cache folder, made at the first run
#
# The source is copied in.  What is mounted, /proc, is in a mount namespace of its own and goes with it.  Exit status: 0
# passed or not possible here (it says why), 1 failed.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=deploy/lib/packages.sh
. deploy/lib/packages.sh

root=${1:-$(cache_folder)/debian13}
if [ "$(id -u)" != 0 ]; then
  say "skipped: the Debian 13 build needs root (chroot)"
  exit 0
fi

# in_root COMMAND...
in_root() {
  # shellcheck disable=SC2016
  unshare --mount --propagation private sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$root" \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

if [ ! -e "$root/etc/debian_version" ]; then
  need_packages debootstrap
  [ ! -e "$root" ] || rmdir "$root" 2>/dev/null || die "$root is neither a Debian root nor empty: name another folder"
  say "making a Debian 13 root in $root"
  making=$(mktemp -d -p "$(mkdir -p "$(dirname "$root")" && dirname "$root")" debian13.XXXXXX)
  mirror=$(awk '$1 == "deb" && $2 ~ /^http/ {print $2; exit} $1 == "URIs:" {print $2; exit}' \
    /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
  quietly debootstrap --variant=minbase trixie "$making" ${mirror:+"$mirror"} ||
    { rm -rf "$making"; die "debootstrap failed: is there a network?"; }
  chmod 755 "$making"
  mv "$making" "$root"
fi

say "building and testing on Debian $(cat "$root/etc/debian_version")"
quietly in_root apt-get update -q || die "no package list in $root: is there a network?"
quietly in_root apt-get install -y -q --no-install-recommends "${BUILD_PACKAGES[@]}" catch2 python3 bzip2 xz-utils zstd ||
  die "cannot install the build packages in $root"

source=$root/root/mta_exporter
rm -rf "$source/tree"
mkdir -p "$source/tree"
tar -c --exclude=./build --exclude=./.git . | tar -x -C "$source/tree"
in_root cmake -G Ninja -S /root/mta_exporter/tree -B /root/mta_exporter/build -DCMAKE_BUILD_TYPE=RelWithDebInfo >/dev/null
quietly in_root cmake --build /root/mta_exporter/build -j "$(nproc)" || die "does not build on Debian 13"
in_root ctest --test-dir /root/mta_exporter/build -j "$(nproc)" --output-on-failure --no-tests=error -R '^unit\.|^tree\.|^e2e\.(command_line|input|scan_samples|serve)' </dev/null
