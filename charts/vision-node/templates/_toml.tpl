{{/*
TOML by type. Helm's own toToml writes every number of values.yaml as a float (8.0), because YAML
reaches templates as JSON numbers; a node refuses a float where an integer is expected.
*/}}

{{/* One value: string, boolean, integer, float, or a list of these. JSON's escapes are valid in TOML. */}}
{{- define "vision-node.toml.value" -}}
{{- if kindIs "string" . -}}
{{- toJson . -}}
{{- else if kindIs "bool" . -}}
{{- . -}}
{{- else if or (kindIs "int" .) (kindIs "int64" .) -}}
{{- . -}}
{{- else if kindIs "float64" . -}}
{{- ternary (int64 . | toString) (toString .) (eq . (floor .)) -}}
{{- else if kindIs "slice" . -}}
[
{{- range $index, $item := . -}}
{{- if $index }}, {{ end -}}
{{- include "vision-node.toml.value" $item -}}
{{- end -}}
]
{{- else -}}
{{- fail (printf "config.extra: TOML has no value for %s" (toJson .)) -}}
{{- end -}}
{{- end -}}

{{/* A table and the tables inside it. Takes a dict of `path` ("" for the root) and `table`. */}}
{{- define "vision-node.toml.table" -}}
{{- $path := .path -}}
{{- range $key, $value := .table -}}
{{- if not (kindIs "map" $value) }}
{{ $key }} = {{ include "vision-node.toml.value" $value }}
{{- end -}}
{{- end -}}
{{- range $key, $value := .table -}}
{{- if kindIs "map" $value -}}
{{- $inner := ternary $key (printf "%s.%s" $path $key) (eq $path "") }}

[{{ $inner }}]
{{- include "vision-node.toml.table" (dict "path" $inner "table" $value) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "vision-node.toml" -}}
{{- include "vision-node.toml.table" (dict "path" "" "table" .) | trim -}}
{{- end -}}
