import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../../src/config/index.js';
import { OPTIONS } from '../../../src/config/options.js';
import { PROJECT_ROOT } from '../../support/fresh-build.js';
import { readDockerfile } from '../../support/image-files.js';

const CHART = path.join(PROJECT_ROOT, 'deploy/helm/impersonation-gateway');
const FOLDER = path.join(PROJECT_ROOT, 'deploy/kubernetes');
const RENDERED = path.join(FOLDER, 'impersonation-gateway.yaml');
const HEAD = '# Rendered from';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Container {
  readonly name: string;
  readonly securityContext: object;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: { readonly requests: Record<string, string>; readonly limits: Record<string, string> };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
    readonly subPath?: string;
  }[];
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}
interface PodSpec {
  readonly securityContext: object;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string; readonly defaultMode?: number };
    readonly configMap?: { readonly name: string };
  }[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly automountServiceAccountToken?: boolean;
  readonly spec: any;
}

const text = readFileSync(RENDERED, 'utf8');
const manifests = parseAllDocuments(text)
  .map((document) => document.toJS() as Manifest | null)
  .filter((one) => one !== null);
const kinds = (kind: string) => manifests.filter((one) => one.kind === kind);
const [stateful] = kinds('StatefulSet');
const pods = [...kinds('StatefulSet'), ...kinds('Job')].map(({ metadata, spec }) => ({
  name: metadata.name,
  labels: spec.template.metadata.labels as Record<string, string>,
  pod: spec.template.spec as PodSpec,
}));
const gateway = pods[0]?.pod.containers[0] as Container;
const settings = kinds('ConfigMap')[0]?.data ?? {};

describe('deploy/kubernetes/impersonation-gateway.yaml', () => {
  it('is what the chart renders to', () => {
    const helm = spawnSync(
      process.env.HELM ?? 'helm',
      ['template', 'impersonation-gateway', CHART, '--namespace', 'impersonation', '--kube-version', '1.31.0'].concat([
        '--values',
        path.join(FOLDER, 'values.yaml'),
      ]),
      { encoding: 'utf8' },
    );
    if (helm.error !== undefined) {
      console.warn('NOT RUN, because there is no helm (name it in HELM):\n  - the chart renders to deploy/kubernetes');
      // Without it, at least nothing of the chart's own may be missing from what is there.
      expect(text.startsWith(HEAD)).toBe(true);
      return;
    }
    expect({ status: helm.status, stderr: helm.stderr }).toEqual({ status: 0, stderr: '' });
    expect(text.slice(text.indexOf('\n') + 1)).toBe(helm.stdout);
  });

  it('has everything that a deployment is made of', () => {
    expect(manifests.map(({ kind }) => kind).sort()).toEqual(
      [
        'ConfigMap',
        'HorizontalPodAutoscaler',
        'Ingress',
        'Job',
        'NetworkPolicy',
        'PodDisruptionBudget',
        'Service',
      ].concat(['Service', 'ServiceAccount', 'ServiceMonitor', 'StatefulSet']),
    );
  });

  it.each(pods)('$name runs as nobody who could do more than it has to', ({ pod }) => {
    const [uid, gid] = (readDockerfile().instructions.findLast(({ keyword }) => keyword === 'USER')?.text ?? '').split(
      ':',
    );
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: Number(uid),
      runAsGroup: Number(gid),
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect([pod.hostNetwork, pod.hostPID]).toEqual([undefined, undefined]);
    for (const { securityContext, resources } of pod.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(resources.limits.memory).toBeDefined();
      expect(resources.requests.cpu).toBeDefined();
    }
  });

  it('gives no token of the cluster to anybody', () => {
    expect(kinds('ServiceAccount').map(({ automountServiceAccountToken }) => automountServiceAccountToken)).toEqual([
      false,
    ]);
  });

  it('sets only variables that the gateway reads, and a configuration that it takes', () => {
    const known = new Set<string>(Object.values(OPTIONS).map(({ name }) => name));
    const job = Object.fromEntries(pods[1]?.pod.containers[0]?.env.map(({ name, value = '' }) => [name, value]) ?? []);
    for (const environment of [settings, job]) {
      const ofNode = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];
      expect(Object.keys(environment).filter((name) => !known.has(name) && !ofNode.includes(name))).toEqual([]);
      // The file of the secret is not here; all else is judged.
      const { MONGODB_URI_FILE: file, ...rest } = environment;
      expect(file).toBe('/run/secrets/mongodb/uri');
      expect(readConfig({ ...rest, MONGODB_URI: 'mongodb://db' })).toMatchObject({
        production: true,
        trustedProxies: 1,
      });
    }
    expect(gateway.env.map(({ name }) => name)).toEqual(['GATEWAY_INSTANCE']);
  });

  it('holds no secret: it names those of the cluster, each mounted to be read only', () => {
    expect(text).not.toMatch(/kind: Secret\b|mongodb(\+srv)?:\/\/|"d":/);
    for (const { pod } of pods) {
      const given = pod.volumes.filter(({ secret, configMap }) => (secret ?? configMap) !== undefined);
      const fixed = new Set(given.map(({ name }) => name));
      const mounts = pod.containers.flatMap(({ volumeMounts }) => volumeMounts);
      for (const { name, readOnly } of mounts) expect(readOnly === true, name).toBe(fixed.has(name));
    }
    const names = (index: number) => pods[index]?.pod.volumes.flatMap(({ secret }) => secret?.secretName ?? []);
    expect(names(0)).toEqual(['gateway-mongodb', 'gateway-signing-keys']);
    expect(names(1)).toEqual(['gateway-mongodb-setup']);
  });

  it('has each pod that opens connections trust the authorities that are named, and believe no certificate unseen', () => {
    for (const { pod } of pods) {
      const { volumeMounts, env } = pod.containers[0] as Container;
      const file = env.find(({ name }) => name === 'NODE_EXTRA_CA_CERTS')?.value ?? settings.NODE_EXTRA_CA_CERTS;
      const mount = volumeMounts.find(({ name }) => name === 'authorities')?.mountPath;
      expect(file).toBe(`${mount}/ca.pem`);
      expect(pod.volumes.find(({ name }) => name === 'authorities')?.configMap?.name).toBe('gateway-authorities');
    }
    expect(text).not.toContain('NODE_TLS_REJECT_UNAUTHORIZED');
  });

  it('mounts each secret to be read by its own user alone, and as a folder: what is rotated reaches the pods', () => {
    for (const { pod } of pods) {
      for (const { secret } of pod.volumes.filter((volume) => volume.secret !== undefined)) {
        // Kubernetes reads YAML 1.1, where a number that begins with 0 is octal; the parser here is of a later one.
        expect(Number.parseInt(String(secret?.defaultMode), 8)).toBe(0o440);
      }
      for (const { volumeMounts } of pod.containers)
        for (const mount of volumeMounts) expect(mount.subPath).toBeUndefined();
    }
  });

  it('has the name of no secret where many can read its value: in arguments, settings, annotations', () => {
    const secret = Object.values(OPTIONS).filter((option) => option.secret);
    expect(secret.map(({ name }) => name)).toContain('MONGODB_URI');
    const readable = pods.map(({ pod }) => pod.containers.map(({ args, env }) => [args, env.map((one) => one.name)]));
    const annotations = manifests.map(({ metadata, spec }) => [metadata, spec?.template?.metadata]);
    for (const { name } of secret) {
      expect(Object.keys(settings)).not.toContain(name);
      expect(JSON.stringify([readable, annotations])).not.toContain(`"${name}"`);
    }
  });

  it('has each replica write its anchors, and nothing else, on a volume that outlives it', () => {
    const { volumeClaimTemplates, persistentVolumeClaimRetentionPolicy } = stateful?.spec ?? {};
    expect(volumeClaimTemplates.map((one: Manifest) => one.metadata.name)).toEqual(['anchors']);
    expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    const mount = gateway.volumeMounts.find(({ name }) => name === 'anchors')?.mountPath ?? '-';
    expect(settings.AUDIT_ANCHOR_FILE?.startsWith(`${mount}/`)).toBe(true);
    expect(settings.DATA_DIR).toBe(mount);
    const writable = gateway.volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name);
    expect(writable).toEqual(['anchors', 'tmp']);
  });

  it('asks at routes that there are, on the port that the gateway listens on', () => {
    const routes = readFileSync(path.join(PROJECT_ROOT, 'src/app/serve.ts'), 'utf8');
    for (const { httpGet } of [gateway.startupProbe, gateway.livenessProbe, gateway.readinessProbe]) {
      expect(routes).toContain(`path: '${httpGet.path}'`);
      expect(httpGet.port).toBe('http');
    }
    expect(gateway.livenessProbe.httpGet.path).toBe('/healthz');
    expect(gateway.readinessProbe.httpGet.path).toBe('/readyz');
    expect(gateway.ports).toEqual([
      { name: 'http', containerPort: Number(settings.PORT), protocol: 'TCP' },
      { name: 'metrics', containerPort: Number(settings.METRICS_PORT), protocol: 'TCP' },
    ]);
    expect(settings.HOST).toBe('0.0.0.0');
    for (const { spec } of kinds('Service')) expect(spec.ports[0].targetPort).toBe('http');
  });

  it('leaves a replica the time to stop that it takes, after nobody asks it any more', () => {
    const serve = readFileSync(path.join(PROJECT_ROOT, 'src/commands/serve.ts'), 'utf8');
    const stopSeconds = Number(/STOP_WITHIN_MS = ([\d_]+)/.exec(serve)?.[1]?.replaceAll('_', '')) / 1_000;
    const pauseMs = Number(/, (\d+)\)/.exec(gateway.lifecycle?.preStop.exec.command.join(' ') ?? '')?.[1]);
    expect(pauseMs).toBeGreaterThanOrEqual(3_000);
    expect(pods[0]?.pod.terminationGracePeriodSeconds).toBeGreaterThan(stopSeconds + pauseMs / 1_000);
  });

  it('serves metrics where Prometheus asks, and clients cannot: at a port of their own that it alone reaches', () => {
    const [, headless] = kinds('Service');
    const [monitor] = kinds('ServiceMonitor');
    expect(headless?.spec.ports.map(({ name }: any) => name)).toEqual(['http', 'metrics']);
    expect(monitor?.spec.endpoints.map(({ port, path: route }: any) => [port, route])).toEqual([
      ['metrics', '/metrics'],
    ]);
    expect(kinds('Service')[0]?.spec.ports.map(({ targetPort }: any) => targetPort)).toEqual(['http']);
    const [clients, prometheus, ...others] = kinds('NetworkPolicy')[0]?.spec.ingress ?? [];
    expect(others).toEqual([]);
    for (const [rule, port] of [
      [clients, 'http'],
      [prometheus, 'metrics'],
    ])
      expect(rule.ports).toEqual([{ port, protocol: 'TCP' }]);
    expect(JSON.stringify(clients.from)).not.toBe(JSON.stringify(prometheus.from));
  });

  it('lets nothing in or out but what is named, and least of all to the metadata service of a cloud', () => {
    const [policy] = kinds('NetworkPolicy');
    expect(policy?.spec.policyTypes).toEqual(['Ingress', 'Egress']);
    for (const { labels } of pods) expect(labels).toMatchObject(policy?.spec.podSelector.matchLabels);
    for (const rule of policy?.spec.ingress ?? []) expect(rule.from.length).toBeGreaterThan(0);
    const ports = policy?.spec.egress.map(({ to, ports: allowed }: any) => {
      expect(to.length).toBeGreaterThan(0);
      return allowed.map(({ port }: any) => port);
    });
    expect(ports).toEqual([[53, 53], [27017], [443]]);
    expect(JSON.stringify(policy?.spec.egress)).toContain('169.254.0.0/16');
  });

  it('keeps replicas while nodes are drained, and selects by them the pods that serve', () => {
    const [budget] = kinds('PodDisruptionBudget');
    expect(budget?.spec.minAvailable).toBe(1);
    for (const selector of [budget?.spec.selector.matchLabels, kinds('Service')[0]?.spec.selector]) {
      expect(pods[0]?.labels).toMatchObject(selector);
      expect(pods[1]?.labels['app.kubernetes.io/component']).not.toBe(selector['app.kubernetes.io/component']);
    }
  });

  it('shows outside only what clients need', () => {
    const paths = kinds('Ingress')[0]?.spec.rules[0].http.paths.map((one: any) => one.path) as string[];
    expect(paths).toContain('/graphql');
    for (const route of ['/', '/metrics', '/readyz', '/healthz', '/dev']) expect(paths).not.toContain(route);
  });
});

describe('the values of the chart', () => {
  it('that have to be set are refused unset, and each that is set wrongly, by their schema', () => {
    const defaults = parse(readFileSync(path.join(CHART, 'values.yaml'), 'utf8')) as Record<string, any>;
    const schema = JSON.parse(readFileSync(path.join(CHART, 'values.schema.json'), 'utf8'));
    expect(defaults).toMatchObject({ publicUrl: '', trustedIssuers: [], mongodb: { existingSecret: '' } });
    expect(Object.keys(defaults).filter((name) => !(name in schema.properties))).toEqual([]);
    const valid = new Ajv({ strict: false }).compile(schema);
    expect(valid(defaults)).toBe(false);
    const set = parse(readFileSync(path.join(FOLDER, 'values.yaml'), 'utf8')) as Record<string, any>;
    const good = Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [
        name,
        set[name] instanceof Object && !Array.isArray(value) ? { ...value, ...set[name] } : (set[name] ?? value),
      ]),
    );
    valid(good);
    expect(valid.errors).toBeNull();
    const issuer = set.trustedIssuers[0];
    for (const wrong of [
      { publicUrl: 'http://gateway.example.com' },
      { image: { repository: 'a', tag: 'latest' } },
      { image: { repository: 'a', digest: 'sha256:1' } },
      { trustedIssuers: [{ ...issuer, algorithms: ['none'] }] },
      // A ConfigMap is no place for a secret, whichever it is.
      ...Object.values(OPTIONS).flatMap(({ name, secret }) => (secret ? [{ config: { [name]: 'x' } }] : [])),
      { config: { LOG_LEVEL: 7 } },
      { config: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      { config: { METRICS_PORT: '4000' } },
      { metricsPort: 4000 },
      { prepare: { enabled: true, existingSecret: '', key: 'uri' } },
      { ingress: { ...good.ingress, tlsSecret: '' } },
      { replica: 2 },
    ])
      expect(valid({ ...good, ...wrong }), JSON.stringify(wrong)).toBe(false);
  });
});
