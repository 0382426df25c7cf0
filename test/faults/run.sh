#!/usr/bin/env bash
# npm run test:faults: breaks the service and what it depends on while a load runs. Uses PostgreSQL and Redis as .ci/run does, and
# starts them if there are none. Arguments go to Vitest: a file name runs only this file.
#   FAULT_REPORT=bench/results/faults.md   appends what was measured to this file
#   SOAK_SECONDS=1800                      the long form of the soak
#   FAULT_CLIENTS=40                       clients of the crash of PostgreSQL, instead of 8
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

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

open_test_servers
npx vitest run --config test/faults/vitest.config.ts "$@"
