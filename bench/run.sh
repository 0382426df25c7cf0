#!/usr/bin/env bash
# npm run bench: measures with PostgreSQL and Redis, which it starts if there are none. README.md of this folder explains the
# commands and options.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
chmod 711 "$work"
. scripts/test-servers.sh

finish() {
  local code=$?
  stop_test_servers
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT

[ -d node_modules/tsx ] || npm ci
open_test_servers
node --import tsx bench/main.ts "$@"
