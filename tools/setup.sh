#!/usr/bin/env bash
# Makes .venv with gmkit installed in place (native core in release mode) and what demo, tests and lint need.
# Safe to run again: does nothing when nothing changed.   Usage: tools/setup.sh [extra ...]
set -euo pipefail
cd "$(dirname "$0")/.."
extras=${*:-demo test lint docs}

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }

python=${PYTHON:-python3}
command -v "$python" >/dev/null || fail "no $python found; install Python 3.10 or newer (Debian: apt-get install python3 python3-venv)"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || fail "$("$python" --version) is too old; gmkit needs Python 3.10 or newer"
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail "$python cannot make virtual environments (Debian: apt-get install python3-venv)"
command -v cargo >/dev/null || fail "no Rust toolchain found; the native core needs Rust 1.89 or newer: see https://rustup.rs"
rust=$(rustc --version | awk '{print $2}')
[ "$(printf '%s\n1.89.0\n' "$rust" | sort -V | head -n 1)" = 1.89.0 ] || fail "Rust $rust is too old; the native core needs 1.89 or newer: rustup update stable"
for part in fmt clippy; do
  cargo "$part" --version >/dev/null 2>&1 || fail "the Rust toolchain lacks cargo $part: rustup component add rustfmt clippy"
done
command -v cc >/dev/null || fail "no C compiler found to link with (Debian: apt-get install gcc libc6-dev)"

if [ ! -x .venv/bin/python ]; then
  say "making .venv"
  "$python" -m venv .venv
fi

# One stamp for the declared dependencies, one for the sources of the native core.
wanted=$(cat pyproject.toml tools/setup.sh | sha256sum | cut -c1-16)-$(echo $extras | tr ' ' '+')
native=$(find rust -path rust/target -prune -o -path rust/fuzz -prune -o -type f \( -name '*.rs' -o -name '*.toml' -o -name '*.lock' -o -name '*.S' \) -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
stamp=.venv/gmkit-setup
if [ "$(cat $stamp 2>/dev/null)" = "$wanted $native" ] && compgen -G 'src/gmkit/_native*.so' >/dev/null; then
  say "up to date"
  exit 0
fi
say "building the native core and installing: $extras (the first time takes some minutes)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --progress-bar off \
  -e ".[$(echo $extras | tr ' ' ',')]"
echo "$wanted $native" > $stamp
say "done: $(.venv/bin/python -c 'from gmkit._native import cpu; print("CPU path", cpu.active())')"
