#!/usr/bin/env bash
# The e2e suite on a machine that may have no cluster yet: brings one up, builds and loads the image, runs
# the suite. Ends with `N passed, N failed`. Where no cluster can run it says so and ends well.
#
#   KUBECONFIG and IMAGE_LOAD are set           that cluster; IMAGE_LOAD brings it the image
#   ../shared/kubelab beside the repository     a cluster of one node by kubelab, with a Prometheus
#   kind and docker are installed               a cluster of one node by kind
set -euo pipefail
cd "$(dirname "$0")/../.."
kubelab_dir=$PWD/../shared/kubelab

say() { echo "e2e: $*"; }

# A build that was stopped midway leaves the programs without the schemas beside them, for which
# `make chart-check` would go to the internet.
tools_are_whole() {
  local kubeconform
  kubeconform=$(command -v kubeconform) && command -v helm-docs >/dev/null || return 1
  [ -d "$(dirname "$(dirname "$kubeconform")")/schemas" ]
}

use_kubelab() {
  local kubelab=$kubelab_dir/kubelab
  say 'cluster by kubelab'
  "$kubelab" up 1
  eval "$("$kubelab" env)"
  # In this order: with an empty module cache the tools are not found before the monitoring's modules.
  command -v promtool >/dev/null || "$kubelab" build monitoring
  tools_are_whole || "$kubelab" build tools
  helm plugin list 2>/dev/null | grep -q '^unittest' || "$kubelab" build unittest
  "$kubelab" dockerd start
  "$kubelab" images node redis
  "$kubelab" monitoring
  PROMETHEUS_URL=http://$(kubectl get nodes -o jsonpath='{.items[0].status.addresses[?(@.type=="InternalIP")].address}'):30090
  export PROMETHEUS_URL
  export IMAGE_LOAD="$kubelab load"
  # The distribution's client can build with dockerd alone; a newer one may ask for a plugin.
  if [ -x /usr/bin/docker ]; then export DOCKER=/usr/bin/docker DOCKER_BUILDKIT=1; fi
}

use_kind() {
  say 'cluster by kind'
  kind get clusters 2>/dev/null | grep -qx vision || kind create cluster --config k8s/kind/one-node.yaml --wait 180s
  kubectl config use-context kind-vision
  # The trial Redis is pulled by the cluster itself.
  export IMAGE_LOAD='kind load docker-image'
}

if [ -n "${KUBECONFIG:-}" ] && [ -n "${IMAGE_LOAD:-}" ]; then
  say "cluster of KUBECONFIG, images by: $IMAGE_LOAD"
elif [ -x "$kubelab_dir/up" ] && [ "$(id -u)" = 0 ]; then
  use_kubelab
elif command -v kind >/dev/null && command -v docker >/dev/null && docker info >/dev/null 2>&1; then
  use_kind
else
  say 'SKIPPED: neither KUBECONFIG with IMAGE_LOAD, nor kubelab, nor kind with docker'
  echo '0 passed, 0 failed'
  exit 0
fi

make chart-check
make image kind-load
make e2e-run
