#!/usr/bin/env bash
# Builds the Debian package for the Debian that runs here.
#
#   deploy/package/build_deb.sh [FOLDER]    the package is put into FOLDER; default: build/package
#
# Installs what is missing to build it, as root or with sudo.
set -euo pipefail
out=$(mkdir -p "${1:-$(dirname "$0")/../../build/package}" && cd "${1:-$(dirname "$0")/../../build/package}" && pwd)
cd "$(dirname "$0")/../.."
# shellcheck source=deploy/lib/packages.sh
. deploy/lib/packages.sh

need_packages "${BUILD_PACKAGES[@]}" "${DEB_PACKAGES[@]}"
build=build/deb
say "building the package in $build"
compiler=()
if command -v ccache >/dev/null; then compiler=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
quietly cmake -G Ninja -S . -B "$build" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_INSTALL_PREFIX=/usr -DMTA_TESTS=OFF \
  -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O2 -g1 -DNDEBUG -fstack-protector-strong -D_FORTIFY_SOURCE=2" \
  -DCMAKE_EXE_LINKER_FLAGS="-Wl,-z,relro,-z,now" "${compiler[@]}" ||
  die "cmake failed for $build"
quietly cmake --build "$build" -j "$(nproc)" --target mta_exporter pages || die "does not build"
rm -f "$build"/*.deb
(cd "$build" && quietly cpack -G DEB) || die "cpack failed"
cp "$build"/mta-exporter_*.deb "$out"
ls "$out"/mta-exporter_*.deb
