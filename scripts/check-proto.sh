#!/usr/bin/env bash
# Fails when src/core/wire/generated is not what `npm run proto` makes of src/core/wire/p2p.proto.
set -euo pipefail
cd "$(dirname "$0")/.."

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
node_modules/.bin/buf generate --output "$fresh"
if ! diff -r "$fresh/src/core/wire/generated" src/core/wire/generated; then
  echo 'The generated codec is stale: run `make proto`.' >&2
  exit 1
fi
