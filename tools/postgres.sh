#!/usr/bin/env bash
# Prints the folder of PostgreSQL's programs (initdb, pg_ctl); installs Debian's package first where that is
# possible. The tests start a server of their own with them, in a temporary folder.
set -euo pipefail

programs() {
  local initdb
  initdb=$(command -v initdb || ls -d /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb 2>/dev/null | sort -V | tail -n 1) || true
  [ -n "$initdb" ] || return 1
  dirname "$(readlink -f "$initdb")"
}

if programs; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "postgres: installing Debian's package postgresql" >&2
  # No cluster of its own: the tests make one, and nothing is to listen on this machine afterwards.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
  { apt-get -qq update || true; DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql; } >&2
  if programs; then exit 0; fi
fi
echo "postgres: not found; install it (Debian: apt-get install postgresql)" >&2
exit 1
