{{- define "vision-node.podTemplate" -}}
metadata:
  labels:
    {{- include "vision-node.selectorLabels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # A change of the configuration is a change of the pod.
    vision-node/configuration: {{ include "vision-node.configurationHash" . }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "vision-node.serviceAccountName" . }}
  automountServiceAccountToken: false
  # A service of this name would become variables VISION_NODE_…, which look like configuration.
  enableServiceLinks: false
  {{- with .Values.global.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- include "vision-node.placement" . | nindent 2 }}
  containers:
    - {{ include "vision-node.container" . | nindent 6 | trim }}
  volumes:
    {{- include "vision-node.volumes" . | nindent 4 }}
{{- end -}}

{{- define "vision-node.configurationHash" -}}
{{- printf "%s\n%s\n%s" (include "vision-node.nodeToml" .) (include "vision-node.seedPeersToml" .) (include "vision-node.redisUrl" .) | sha256sum -}}
{{- end -}}

{{- define "vision-node.placement" -}}
{{- if .Values.topologySpread.enabled -}}
topologySpreadConstraints:
  {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "vision-node.selectorLabels" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{- define "vision-node.container" -}}
name: vision-node
image: {{ include "vision-node.image" (dict "image" .Values.image "global" .Values.global "tag" .Chart.AppVersion) }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args: [run, --config, /etc/vision-node/config/node.toml, --seeds, /etc/vision-node/config/seed_peers.toml]
env:
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
  - name: VISION_P2P_ADVERTISE
    value: $(POD_NAME).{{ include "vision-node.headlessDomain" . }}:{{ .Values.ports.p2p }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: http
    containerPort: {{ .Values.ports.http }}
  - name: p2p
    containerPort: {{ .Values.ports.p2p }}
  - name: ops
    containerPort: {{ .Values.ports.ops }}
{{ include "vision-node.probe" (dict "name" "startupProbe" "path" "/health/startup" "timing" .Values.probes.startup) }}
{{ include "vision-node.probe" (dict "name" "livenessProbe" "path" "/health/live" "timing" .Values.probes.liveness) }}
{{ include "vision-node.probe" (dict "name" "readinessProbe" "path" "/health/ready" "timing" .Values.probes.readiness) }}
{{- if .Values.preStopSleepSeconds }}
lifecycle:
  preStop:
    {{- if semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version }}
    sleep:
      seconds: {{ .Values.preStopSleepSeconds }}
    {{- else }}
    exec:
      command: [node, --eval, "setTimeout(() => {}, {{ mul .Values.preStopSleepSeconds 1000 }})"]
    {{- end }}
{{- end }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  {{- toYaml .Values.containerSecurityContext | nindent 2 }}
volumeMounts:
  - name: config
    mountPath: /etc/vision-node/config
    readOnly: true
  - name: data
    mountPath: /data
  {{- if eq .Values.store.type "redis" }}
  - name: redis
    mountPath: /etc/vision-node/redis
    readOnly: true
  {{- if .Values.store.redis.tls.caSecret }}
  - name: redis-ca
    mountPath: /etc/vision-node/redis-ca
    readOnly: true
  {{- end }}
  {{- end }}
  {{- with .Values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "vision-node.probe" -}}
{{ .name }}:
  httpGet:
    path: {{ .path }}
    port: ops
  periodSeconds: {{ .timing.periodSeconds }}
  timeoutSeconds: {{ .timing.timeoutSeconds }}
  failureThreshold: {{ .timing.failureThreshold }}
{{- end -}}

{{- define "vision-node.volumes" -}}
- name: config
  configMap:
    name: {{ include "vision-node.fullname" . }}
{{- if not .Values.persistence.enabled }}
- name: data
  emptyDir: {}
{{- end }}
{{- if eq .Values.store.type "redis" }}
- name: redis
  secret:
    secretName: {{ include "vision-node.redisSecretName" . }}
    items:
      - key: {{ include "vision-node.redisSecretKey" . }}
        path: url
{{- with .Values.store.redis.tls.caSecret }}
- name: redis-ca
  secret:
    secretName: {{ . }}
    items:
      - key: {{ $.Values.store.redis.tls.caKey }}
        path: ca.crt
{{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
