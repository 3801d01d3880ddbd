#!/usr/bin/env bash
# Makes sure that a `redis-server` is on PATH: installs Debian's when it is missing and we are root.
# The service that the package brings is not started: tests start their own servers on free ports.
set -euo pipefail

if command -v redis-server >/dev/null; then
  exit 0
fi
if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
  echo 'redis-server is missing. Install it (Debian: sudo apt-get install redis-server).' >&2
  exit 1
fi

echo 'redis-server is missing: installing it by apt-get' >&2
export DEBIAN_FRONTEND=noninteractive
# Installing must not start a server: policy-rc.d answers 101 while the package sets itself up.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
{ apt-get update -q && apt-get install -q -y --no-install-recommends redis-server; } </dev/null >&2
command -v redis-server >/dev/null
