#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test that fits 25 minutes on two cores.
#
#   tests/run.sh           two builds: g++ release in build/release; clang with address and undefined behaviour
#                          sanitizers in build/asan, which also holds the fuzzers.  All tests of both, then ctest's summary.
#   tests/run.sh --full    before that, clang's release build, a Debian 13 build in a root of its own, and the Debian
#                          packages on clean roots; ten minutes for each fuzzer; simulated months for the alert rules;
#                          200 kills; 30,000 histories of rotations; a week of scrapes beside its backfill.  Needs root
#                          for the roots of Debian, and says so where it has to skip them.
#
# Exit status: 0 all passed, 1 something failed, 2 wrong usage.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=deploy/lib/packages.sh
. deploy/lib/packages.sh

TEST_PACKAGES=(debootstrap scdoc python3 python3-jsonschema python3-prometheus-client python3-yaml chromium catch2 clang libclang-rt-dev llvm bzip2 xz-utils zstd git)
jobs=$(nproc)

usage() {
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"
  exit "$1"
}

# Compiled once, found again in another clone of the tree.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# configure FOLDER CMAKE-ARGUMENT...: Ninja for a new folder, whatever the folder was made with for an old one.
configure() {
  local folder=$1 generator=()
  shift
  if [ ! -e "$folder/CMakeCache.txt" ] && command -v ninja >/dev/null; then generator=(-G Ninja); fi
  if command -v ccache >/dev/null; then set -- "$@" -DCMAKE_CXX_COMPILER_LAUNCHER=ccache; fi
  quietly cmake "${generator[@]}" -S . -B "$folder" -DMTA_WERROR=ON "$@" || die "cmake failed for $folder"
}

# build FOLDER NAME CMAKE-ARGUMENT...
build() {
  local folder=$1 name=$2
  shift 2
  say "building $name in $folder"
  configure "$folder" "$@"
  quietly cmake --build "$folder" -j "$jobs" || die "$name does not build"
}

# As the README and quickstart.sh build it.
build_release() {
  build build/release release -DCMAKE_BUILD_TYPE=Release
}

# Line numbers are all the debug information a test needs (-g1); more costs a third of the compile time.
build_sanitized() {
  build build/asan "sanitizers and fuzzers" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" \
    -DCMAKE_CXX_COMPILER=clang++ -DMTA_SANITIZE=address,undefined -DMTA_FUZZ=ON -DMTA_FUZZ_SECONDS="$fuzz_seconds" -DMTA_TEST_SUFFIX=.asan
}

# test_all FOLDER...: the tests of all builds as one run with one summary.
test_all() {
  printf 'subdirs(%s)\n' "$*" >build/CTestTestfile.cmake
  say "testing"
  ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1 \
    ctest --test-dir build -j "$jobs" --output-on-failure --no-tests=error --timeout "$test_seconds" </dev/null
}

full=false
fuzz_seconds=20
test_seconds=300 # of a test that names no limit of its own
case ${1-} in
  "") ;;
  --full) full=true fuzz_seconds=600 test_seconds=1800 && export MTA_FULL=1 MTA_MODEL_SEEDS=10000 ;;
  -h | --help) usage 0 ;;
  *) usage 2 >&2 ;;
esac

need_packages "${BUILD_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
folders=(release asan)
build_release
build_sanitized
if $full; then
  build build/clang "with clang" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++ -DMTA_TEST_SUFFIX=.clang
  folders+=(clang)
  tests/debian13.sh
  tests/package.sh
fi
test_all "${folders[@]}"
