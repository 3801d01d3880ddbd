{{/* node.toml as a map: what the chart decides, then config.extra over it. */}}
{{- define "vision-node.nodeToml" -}}
{{- $network := dict
  "chain_id" .Values.network.chainId
  "scope" "cluster"
  "allowed_name_suffixes" (list (include "vision-node.headlessDomain" .))
  "allowed_cidrs" .Values.network.allowedCidrs -}}
{{- if .Values.network.genesisHash -}}
{{- $_ := set $network "genesis_hash" .Values.network.genesisHash -}}
{{- end -}}
{{- $store := dict "kind" .Values.store.type "data_dir" "/data" -}}
{{- if eq .Values.store.type "redis" -}}
{{- $redis := dict "url_file" (include "vision-node.redisUrlFile" .) "key_prefix" .Values.store.redis.keyPrefix -}}
{{- if .Values.store.redis.tls.caSecret -}}
{{- $_ := set $redis "tls_ca" "/etc/vision-node/redis-ca/ca.crt" -}}
{{- end -}}
{{- $_ := set $store "redis" $redis -}}
{{- end -}}
{{- $toml := dict
  "network" $network
  "http" (dict "host" "0.0.0.0" "port" .Values.ports.http "ops_host" "0.0.0.0" "ops_port" .Values.ports.ops)
  "p2p" (dict "host" "0.0.0.0" "port" .Values.ports.p2p)
  "store" $store
  "log" (dict "level" .Values.log.level "format" .Values.log.format)
  "readiness" (dict
    "min_peers" .Values.readiness.minPeers
    "lone_node_seconds" .Values.readiness.loneNodeSeconds
    "max_wait_seconds" .Values.readiness.maxWaitSeconds) -}}
{{- include "vision-node.toml" (mustMergeOverwrite $toml (deepCopy .Values.config.extra)) -}}
{{- end -}}

{{/* seed_peers.toml: the release's own name first. The order is the order in which seeds are dialled. */}}
{{- define "vision-node.seedPeersToml" -}}
{{- $own := printf "dnssrv+_p2p._tcp.%s" (include "vision-node.headlessDomain" .) -}}
{{- $toml := dict
  "seed_peers" (prepend .Values.config.seed_peers $own)
  "min_outbound_connections" .Values.config.min_outbound_connections
  "max_outbound_connections" .Values.config.max_outbound_connections
  "connection_timeout_seconds" .Values.config.connection_timeout_seconds
  "reconnection_interval_seconds" .Values.config.reconnection_interval_seconds -}}
{{- include "vision-node.toml" $toml -}}
{{- end -}}

{{/* The Secret that holds the URL of Redis, its key, and the file that it becomes in the pod. */}}
{{- define "vision-node.redisSecretName" -}}
{{- default (include "vision-node.redisName" .) .Values.store.redis.existingSecret.name -}}
{{- end -}}

{{- define "vision-node.redisSecretKey" -}}
{{- ternary .Values.store.redis.existingSecret.key "url" (ne .Values.store.redis.existingSecret.name "") -}}
{{- end -}}

{{- define "vision-node.redisUrlFile" -}}
/etc/vision-node/redis/url
{{- end -}}

{{/* URL that the release keeps itself; empty when an existing Secret holds it. */}}
{{- define "vision-node.redisUrl" -}}
{{- if .Values.store.redis.dev.enabled -}}
{{- printf "redis://%s.%s.svc.%s:6379/0" (include "vision-node.redisName" .) .Release.Namespace (trimAll "." .Values.clusterDomain) -}}
{{- else -}}
{{- .Values.store.redis.url -}}
{{- end -}}
{{- end -}}
