#!/usr/bin/env bash
# Builds the Debian package on Debian 12 and 13 and tests it on clean roots of both (needs root).
#
#   tests/package.sh [SUITE...]     default: bookworm trixie
#
# Where this machine is another Debian than the suite, the package is built in a root of that suite.  Exit status: 0 passed
# or not possible here (it says why), 1 failed.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=deploy/lib/packages.sh
. deploy/lib/packages.sh

if [ "$(id -u)" != 0 ]; then
  say "skipped: the package's roots need root (chroot)"
  exit 0
fi
need_packages debootstrap lintian
out=$PWD/build/package
[ "$#" -gt 0 ] || set -- bookworm trixie
# shellcheck source=/dev/null
here=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME-}")
for suite in "$@"; do
  rm -rf "${out:?}/$suite"
  if [ "$suite" = "$here" ]; then
    deploy/package/build_deb.sh "$out/$suite"
  else
    mkdir -p "$out/$suite"
    python3 -B tests/roots/build_elsewhere.py "$suite" "$out/$suite" "${BUILD_PACKAGES[@]}" "${DEB_PACKAGES[@]}" || {
      [ $? = 77 ] && continue
      die "the package does not build on $suite"
    }
  fi
  say "lintian, $suite"
  lintian --fail-on error "$out/$suite"/*.deb
  say "the package on a clean root, $suite"
  status=0
  python3 -B tests/roots/package_test.py "$suite" "$out/$suite"/mta-exporter_*.deb || status=$?
  case $status in 0 | 77) ;; *) die "the package fails on $suite" ;; esac
done
