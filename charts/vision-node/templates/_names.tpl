{{/* Name of the application: a label. */}}
{{- define "vision-node.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/*
Name of all objects. At most 46 characters: pods, the revision label of the StatefulSet (name and
10 more, 63 in all) and the names of the services are made of it. A longer one is cut and ends in a
hash, so that two releases never share a name.
*/}}
{{- define "vision-node.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := .Values.fullnameOverride -}}
{{- if not $full -}}
{{- $full = ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- end -}}
{{- if gt (len $full) 46 -}}
{{- printf "%s-%s" ($full | trunc 37 | trimSuffix "-") (sha256sum $full | trunc 8) -}}
{{- else -}}
{{- $full -}}
{{- end -}}
{{- end -}}

{{- define "vision-node.headless" -}}
{{- include "vision-node.fullname" . }}-peers
{{- end -}}

{{/* DNS name under which each pod has its own name, and the SRV records of all. */}}
{{- define "vision-node.headlessDomain" -}}
{{- printf "%s.%s.svc.%s" (include "vision-node.headless" .) .Release.Namespace (trimAll "." .Values.clusterDomain) -}}
{{- end -}}

{{- define "vision-node.redisName" -}}
{{- include "vision-node.fullname" . }}-redis
{{- end -}}

{{- define "vision-node.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "vision-node.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Labels that never change: a StatefulSet's selector is immutable. */}}
{{- define "vision-node.identityLabels" -}}
app.kubernetes.io/name: {{ include "vision-node.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "vision-node.selectorLabels" -}}
{{ include "vision-node.identityLabels" . }}
app.kubernetes.io/component: peer
{{- end -}}

{{- define "vision-node.redisSelectorLabels" -}}
{{ include "vision-node.identityLabels" . }}
app.kubernetes.io/component: redis
{{- end -}}

{{/* Labels of objects other than pods. */}}
{{- define "vision-node.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Reference of an image. Takes a dict of `image` (registry, repository, tag, digest), `global` and `tag` (the default). */}}
{{- define "vision-node.image" -}}
{{- $registry := default .image.registry .global.imageRegistry -}}
{{- $name := ternary (printf "%s/%s" $registry .image.repository) .image.repository (ne $registry "") -}}
{{- $digest := default "" .image.digest -}}
{{- if $digest -}}
{{- printf "%s@%s" $name $digest -}}
{{- else -}}
{{- printf "%s:%s" $name (default .tag .image.tag) -}}
{{- end -}}
{{- end -}}

{{/*
Number of peers: the value when it is a number; else what runs now, so that an upgrade does not undo
`kubectl scale`; else 3. Without a cluster (`helm template`) nothing runs now.
*/}}
{{- define "vision-node.replicas" -}}
{{- if not (kindIs "invalid" .Values.replicaCount) -}}
{{- int .Values.replicaCount -}}
{{- else -}}
{{- $live := lookup "apps/v1" "StatefulSet" .Release.Namespace (include "vision-node.fullname" .) -}}
{{- if $live -}}{{- int $live.spec.replicas -}}{{- else -}}3{{- end -}}
{{- end -}}
{{- end -}}
