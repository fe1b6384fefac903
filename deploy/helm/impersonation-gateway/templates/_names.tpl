{{- define "gateway.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "gateway.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "gateway.labels" -}}
{{ include "gateway.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "gateway.image" -}}
{{- with .Values.image }}{{ if .digest }}{{ printf "%s@%s" .repository .digest }}{{ else }}{{ printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) }}{{ end }}{{ end }}
{{- end }}

{{- define "gateway.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "gateway.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "gateway.authoritiesMount" -}}
{{- if .Values.extraAuthorities.existingConfigMap }}
- { name: authorities, mountPath: /run/authorities, readOnly: true }
{{- end }}
{{- end }}

{{- define "gateway.authoritiesVolume" -}}
{{- with .Values.extraAuthorities }}{{ if .existingConfigMap }}
- name: authorities
  configMap:
    name: {{ .existingConfigMap }}
    items: [{ key: {{ .key }}, path: ca.pem }]
{{- end }}{{ end }}
{{- end }}

{{- define "gateway.environment" -}}
NODE_ENV: production
HOST: 0.0.0.0
PORT: '4000'
METRICS_PORT: {{ .Values.metricsPort | quote }}
PUBLIC_URL: {{ .Values.publicUrl | quote }}
TRUSTED_ISSUERS: {{ .Values.trustedIssuers | toJson | quote }}
TRUSTED_PROXIES: {{ .Values.trustedProxies | quote }}
MONGODB_DB: {{ .Values.mongodb.database | quote }}
MONGODB_URI_FILE: /run/secrets/mongodb/uri
SIGNING_KEY_FILE: /run/secrets/signing-keys/keys.json
DATA_DIR: /var/lib/impersonation-gateway
AUDIT_ANCHOR_FILE: /var/lib/impersonation-gateway/anchors.log
NODE_OPTIONS: {{ printf "--max-old-space-size=%v" .Values.maxOldSpaceMiB }}
{{- if .Values.extraAuthorities.existingConfigMap }}
NODE_EXTRA_CA_CERTS: /run/authorities/ca.pem
{{- end }}
{{- if .Values.gatewayConfig }}
GATEWAY_CONFIG: /etc/impersonation-gateway/gateway.yaml
{{- end }}
{{- range $name, $value := .Values.config }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end }}
