#!/usr/bin/env bash
# The tests of the native core, every vector among them, on processors that are not here: aarch64, s390x because
# it is big-endian, and 32-bit ARM. Cross-compiled, then run under user emulation from Debian's packages.
#   tools/emulated.sh [--all] [target ...]     --all: the unit tests too, which take long under emulation
set -euo pipefail
cd "$(dirname "$0")/../rust"

fail() { printf 'emulated: error: %s\n' "$*" >&2; exit 1; }
what=(--test vectors)
core=(selftest)
if [ "${1:-}" = --all ]; then what=(); core=(); shift; fi
targets=${*:-aarch64-unknown-linux-gnu s390x-unknown-linux-gnu armv7-unknown-linux-gnueabihf}

for target in $targets; do
  case $target in
    aarch64-*) emulator=qemu-aarch64 system=aarch64-linux-gnu ;;
    s390x-*) emulator=qemu-s390x system=s390x-linux-gnu ;;
    armv7-*) emulator=qemu-arm system=arm-linux-gnueabihf ;;
    *) fail "no emulator is known for $target" ;;
  esac
  command -v "$emulator" >/dev/null || fail "no $emulator (Debian: apt-get install qemu-user)"
  command -v "$system-gcc" >/dev/null || fail "no $system-gcc (Debian: apt-get install gcc-$system)"
  if ! [ -d "$(rustc --print target-libdir --target "$target")" ]; then
    command -v rustup >/dev/null || fail "no standard library of Rust for $target, and no rustup to get it"
    rustup target add "$target" || fail "rustup could not get the standard library for $target"
  fi
  name=$(echo "$target" | tr 'a-z-' 'A-Z_')
  export "CARGO_TARGET_${name}_LINKER=$system-gcc"
  export "CARGO_TARGET_${name}_RUNNER=$emulator -L /usr/$system"
  printf 'emulated: %s\n' "$target" >&2
  cargo test --quiet --release --target "$target" -p gmkit-encoding "${what[@]}" -- --nocapture
  cargo test --quiet --release --target "$target" -p gmkit-core "${core[@]}"
done
