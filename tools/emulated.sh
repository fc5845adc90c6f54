#!/usr/bin/env bash
# The tests of the native core, every vector among them, on processors that are not here: aarch64, and s390x
# because it is big-endian. Cross-compiled, then run under user emulation from Debian's packages.
#   tools/emulated.sh [--all] [target ...]     --all: the unit tests too, which take long under emulation
set -euo pipefail
cd "$(dirname "$0")/../rust"

fail() { printf 'emulated: error: %s\n' "$*" >&2; exit 1; }
what=(--test vectors)
if [ "${1:-}" = --all ]; then what=(); shift; fi
targets=${*:-aarch64-unknown-linux-gnu s390x-unknown-linux-gnu}

for target in $targets; do
  arch=${target%%-*}
  gcc=$arch-linux-gnu-gcc
  emulator=qemu-$arch
  command -v "$emulator" >/dev/null || fail "no $emulator (Debian: apt-get install qemu-user)"
  command -v "$gcc" >/dev/null || fail "no $gcc (Debian: apt-get install gcc-$arch-linux-gnu)"
  if ! rustc --print target-libdir --target "$target" | xargs -I{} test -d {}; then
    command -v rustup >/dev/null || fail "no standard library of Rust for $target, and no rustup to get it"
    rustup target add "$target" || fail "rustup could not get the standard library for $target"
  fi
  name=$(echo "$target" | tr 'a-z-' 'A-Z_')
  export "CARGO_TARGET_${name}_LINKER=$gcc"
  export "CARGO_TARGET_${name}_RUNNER=$emulator -L /usr/$arch-linux-gnu"
  printf 'emulated: %s\n' "$target" >&2
  cargo test --quiet --release --target "$target" -p gmkit-encoding "${what[@]}" -- --nocapture
  cargo test --quiet --release --target "$target" -p gmkit-core ${what[@]+selftest}
done
