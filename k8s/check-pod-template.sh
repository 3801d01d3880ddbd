#!/usr/bin/env bash
# Scaling must not restart a pod: renders the chart for several sizes and fails when anything but
# `replicas` of the StatefulSet differs.
set -euo pipefail
chart=$1
for args in '' '--set store.type=redis --set store.redis.dev.enabled=true'; do
  one=$(helm template my "$chart" $args --set replicaCount=1)
  for size in 0 3 1000; do
    other=$(helm template my "$chart" $args --set replicaCount="$size")
    changed=$(diff <(echo "$one") <(echo "$other") | grep '^[<>]' || true)
    if [ "$changed" != "$(printf '<   replicas: 1\n>   replicas: %s' "$size")" ]; then
      echo "the chart renders more than replicas differently for $size peers:"
      echo "$changed"
      exit 1
    fi
  done
done
echo 'pod template: the same for any number of peers'
