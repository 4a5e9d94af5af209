#!/usr/bin/env bash
# Runs a command with a PostgreSQL and a Redis of its own: scripts/with-services.sh npm test
#
# Both listen on free ports of this machine only, keep their data in a temporary folder, and are gone when the command ends,
# fails or is stopped. The command finds them in TEST_DATABASE_URL and TEST_REDIS_URL.
set -euo pipefail

say() { echo "with-services: $*" >&2; }

if [ $# -eq 0 ]; then
  say 'a command must follow; for example: scripts/with-services.sh npm test'
  exit 2
fi

# Debian keeps the server's programs of each version out of PATH.
postgres_programs() {
  local debian
  debian=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$debian" ] && [ -x "$debian/initdb" ]; then echo "$debian"
  elif command -v initdb >/dev/null && command -v postgres >/dev/null; then dirname "$(command -v initdb)"
  fi
}
redis_program() { command -v redis-server || command -v valkey-server || true; }

if [ -z "$(postgres_programs)" ] || [ -z "$(redis_program)" ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    say 'PostgreSQL and Redis must be installed; on Debian: apt-get install postgresql redis-server'
    exit 1
  fi
  say 'installing postgresql and redis-server'
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -qq -y --no-install-recommends postgresql redis-server >&2
fi
postgres_bin=$(postgres_programs)
redis_server=$(redis_program)

folder=$(mktemp -d)
postgres_pid='' redis_pid='' command_pid=''

stop() {
  [ -z "$1" ] || kill -s "$2" "$1" 2>/dev/null || true
  [ -z "$1" ] || wait "$1" 2>/dev/null || true
}
clean_up() {
  trap '' INT TERM HUP
  stop "$command_pid" TERM
  # SIGINT: PostgreSQL ends the sessions that are left; SIGTERM would wait for them.
  stop "$postgres_pid" INT
  stop "$redis_pid" TERM
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# PostgreSQL refuses to run as root. Neither server outlives this script, not even when it is killed.
as_owner=()
owner=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
  owner=$(id -un postgres 2>/dev/null || id -un nobody)
  as_owner=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups)
fi
with_me=()
if command -v setpriv >/dev/null; then
  with_me=(setpriv --pdeathsig INT)
fi

free_port() { node -e "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close(); })"; }
fail() {
  say "$1 did not start; it says:"
  tail -n 20 "$2" >&2
  exit 1
}
# Tries for 60 seconds; gives up at once when the server is gone.
await_server() {
  local name=$1 pid=$2 log=$3 attempt
  shift 3
  for ((attempt = 0; attempt < 600; attempt++)); do
    if "$@" >/dev/null 2>&1; then return; fi
    kill -0 "$pid" 2>/dev/null || fail "$name" "$log"
    sleep 0.1
  done
  fail "$name" "$log"
}

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
chmod 711 "$folder"
mkdir -m 700 "$folder/postgres" "$folder/redis"
(umask 077 && echo "$password" >"$folder/postgres/password")
[ ${#as_owner[@]} -eq 0 ] || chown -R "$owner" "$folder/postgres"

postgres_port=$(free_port)
(cd "$folder" && "${as_owner[@]}" "$postgres_bin/initdb" --pgdata "$folder/postgres/data" --username test --encoding UTF8 \
  --locale C.UTF-8 --auth scram-sha-256 --pwfile "$folder/postgres/password") >"$folder/initdb.log" 2>&1 ||
  fail 'PostgreSQL' "$folder/initdb.log"
(cd "$folder" && exec "${as_owner[@]}" "${with_me[@]}" "$postgres_bin/postgres" -D "$folder/postgres/data" \
  -c listen_addresses=127.0.0.1 -c port="$postgres_port" -c unix_socket_directories='' -c fsync=on) \
  >"$folder/postgres.log" 2>&1 &
postgres_pid=$!

redis_port=$(free_port)
cat >"$folder/redis/redis.conf" <<END
bind 127.0.0.1
port $redis_port
requirepass $password
dir $folder/redis
appendonly yes
maxmemory-policy noeviction
END
"${with_me[@]}" "$redis_server" "$folder/redis/redis.conf" >"$folder/redis.log" 2>&1 &
redis_pid=$!

await_server 'PostgreSQL' "$postgres_pid" "$folder/postgres.log" \
  "$postgres_bin/pg_isready" --host 127.0.0.1 --port "$postgres_port" --username test --dbname postgres --quiet
await_server 'Redis' "$redis_pid" "$folder/redis.log" \
  bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "AUTH %s\r\nPING\r\n" "$2" >&3 && read -r -t 5 <&3 && read -r -t 5 answer <&3 && [[ $answer == +PONG* ]]' \
  ping "$redis_port" "$password"

export TEST_DATABASE_URL="postgres://test:$password@127.0.0.1:$postgres_port/postgres"
export TEST_REDIS_URL="redis://default:$password@127.0.0.1:$redis_port"

# In the background, because bash obeys a signal only between commands, and `wait` counts as none.
"$@" <&0 &
command_pid=$!
status=0
wait "$command_pid" || status=$?
command_pid=''
exit "$status"
