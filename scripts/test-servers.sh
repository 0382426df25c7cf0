# Sourced by .ci/run and bench/run.sh: finds PostgreSQL (15 or later, a superuser) and Redis, or starts temporary ones.
# Servers of TEST_DATABASE_URL and TEST_REDIS_URL, otherwise those on 127.0.0.1:5432 and :6379, otherwise temporary ones
# from Debian packages. Reads $work, a temporary folder. The caller runs stop_test_servers at its end.
postgres_bin=
redis_pid=

as_postgres() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

fail() { printf '\n%s\n' "$*" >&2; exit 1; }

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

install_package() {
  local become=()
  [ "$(id -u)" = 0 ] || become=(sudo -n)
  command -v apt-get >/dev/null || fail "$1 is missing, and apt-get is not available to install it."
  "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >/dev/null 2>&1 ||
    { "${become[@]}" apt-get update >/dev/null &&
      "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1" >/dev/null; } ||
    fail "$1 is missing and could not be installed."
}

find_postgres() {
  local pg_ctl
  pg_ctl=$(ls /usr/lib/postgresql/*/bin/pg_ctl 2>/dev/null | sort -V | tail -n 1) || true
  [ -n "$pg_ctl" ] || pg_ctl=$(command -v pg_ctl) || return 0
  dirname "$pg_ctl"
}

start_postgres() {
  local bin port folder=$work/postgres
  bin=$(find_postgres)
  [ -n "$bin" ] || { install_package postgresql; bin=$(find_postgres); }
  [ -n "$bin" ] || fail 'The package postgresql contains no pg_ctl.'
  mkdir -p "$folder"
  [ "$(id -u)" != 0 ] || chown postgres "$folder"
  port=$(free_port)
  as_postgres "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-sync >"$work/initdb.log" 2>&1 ||
    { cat "$work/initdb.log" >&2; fail 'initdb failed.'; }
  postgres_bin=$bin
  as_postgres "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 \
    -o "-p $port -c listen_addresses=127.0.0.1 -c max_connections=200 -c unix_socket_directories='$folder' -c fsync=off" start >/dev/null ||
    { cat "$folder/log" >&2; fail 'PostgreSQL did not start.'; }
  TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres
}

start_redis() {
  local port
  command -v redis-server >/dev/null || install_package redis-server
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >"$work/redis.log" 2>&1 &
  redis_pid=$!
  TEST_REDIS_URL=redis://127.0.0.1:$port
}

answers() { node scripts/probe-server.mjs "$@"; }

# Exports TEST_DATABASE_URL and TEST_REDIS_URL. Requires the npm packages, and the root of the repository as working folder.
open_test_servers() {
  TEST_DATABASE_URL=${TEST_DATABASE_URL:-postgres://postgres@127.0.0.1:5432/postgres}
  TEST_REDIS_URL=${TEST_REDIS_URL:-redis://127.0.0.1:6379}
  answers "$TEST_DATABASE_URL" || start_postgres
  answers "$TEST_REDIS_URL" || start_redis
  answers "$TEST_DATABASE_URL" 20 || fail 'No PostgreSQL is available.'
  answers "$TEST_REDIS_URL" 20 || fail 'No Redis is available.'
  export TEST_DATABASE_URL TEST_REDIS_URL
}

stop_test_servers() {
  [ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true
  [ -z "$postgres_bin" ] || as_postgres "$postgres_bin/pg_ctl" -D "$work/postgres/data" -m immediate stop >/dev/null 2>&1 || true
}
