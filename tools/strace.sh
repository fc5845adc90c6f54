#!/usr/bin/env bash
# Makes sure that strace is there, with which the tests let single system calls fail; installs Debian's package
# where that is possible.
set -euo pipefail

if command -v strace >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "strace: installing Debian's package" >&2
  { apt-get -qq update || true; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends strace; } >&2
  if command -v strace >/dev/null; then exit 0; fi
fi
echo "strace: not found, so no crash at a system call is tested; install it (Debian: apt-get install strace)" >&2
exit 1
