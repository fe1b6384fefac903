import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildOwnSchema } from '../../src/app/own-schema.js';
import { parseManifest } from '../../src/app/trusted-documents/manifest.js';
import { ManifestError } from '../../src/app/trusted-documents/manifest-error.js';
import { config as configCommand } from '../../src/commands/config-check.js';
import { ConfigError, examineConfig, readConfig, riskySettings, shownSettings } from '../../src/config/index.js';
import { redactText } from '../../src/platform/redact-text.js';
import { userFromDocument } from '../../src/stores/mongo/user-documents.js';
import { userFields } from '../../src/stores/mongo/user-fields.js';
import { generateSigningKeys, KeyFileError, loadKeyring, readKeyFile } from '../../src/tokens/index.js';
import { KeysUnavailableError, readIssuerKeys } from '../../src/tokens/issuer-keys.js';
import { compose } from '../../src/upstreams/composition/compose.js';
import { CompositionError } from '../../src/upstreams/composition/composition-error.js';
import { parseGatewayConfig } from '../../src/upstreams/config/gateway-config.js';
import { GatewayConfigError } from '../../src/upstreams/config/gateway-config-error.js';
import { ownServiceSdl } from '../../src/upstreams/execution/own-service.js';
import { SECRET } from '../support/refused-start.js';
import { environments, OPTION_NAMES } from './configuration/environments.js';
import { gatewayConfigTexts, keyFileTexts, manifestTexts, RIGHT, serviceSdls } from './configuration/files.js';
import { userDocuments } from './configuration/user-documents.js';
import { ProcessWatch } from './process-watch.js';
import { PATIENCE_MS, Tally, tried } from './runs.js';

/** How an engine says that a program is wrong, not what it was given. */
const NOT_FOR_OPERATORS =
  /Cannot (read|set|convert|access|destructure)|is not (a function|iterable|defined)|(?<!received )undefined|\[object|Maximum call stack|^\s+at |node_modules|Unexpected (token|end)|in JSON at/m;
/** Far beyond what any of it takes, on any machine: whoever needs so long for some lines of text has no bound. */
const MOST_MS = 10_000;

const tally = new Tally('configuration');
const watch = new ProcessWatch();
let folder: string;
let signingKeys: { readonly keys: readonly Readonly<Record<string, unknown>>[] };

beforeAll(async () => {
  watch.start();
  folder = await mkdtemp(path.join(tmpdir(), 'fuzz-configuration-'));
  const [own, other] = await Promise.all([generateSigningKeys('EdDSA'), generateSigningKeys('RS256')]);
  signingKeys = { keys: [...own.keys, ...other.keys] as Readonly<Record<string, unknown>>[] };
});
afterAll(async () => {
  tally.tell();
  watch.stop();
  await rm(folder, { recursive: true, force: true });
});

/**
 * What is told to an operator: a sentence of the gateway's own, without a secret of the file or the environment. Names of members are told,
 * so that what is not known can be found; values are not.
 */
function expectForOperator(text: string): void {
  expect(text).not.toMatch(NOT_FOR_OPERATORS);
  expect(redactText(text.replace(/Unrecognized key.*$/gm, ''))).not.toContain(SECRET);
}

/** Half of the time what is right, so that what is wrong elsewhere stands alone, or nothing is wrong at all. */
function orRight<T>(right: T, others: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof(fc.constant(right), others);
}

/** Reads something that may be refused by this kind of error alone. @returns null where it was refused */
async function readOrRefused<T>(
  what: string,
  read: () => T | Promise<T>,
  refusal: readonly (abstract new (...args: never[]) => Error)[],
  named = (_message: string) => true,
): Promise<T | null> {
  const began = performance.now();
  try {
    const value = await read();
    tally.met(`${what} taken`);
    return value;
  } catch (error) {
    if (!refusal.some((kind) => error instanceof kind)) throw error;
    const { message } = error as Error;
    expectForOperator(message);
    expect(message).toSatisfy(named);
    tally.met(`${what} refused`);
    return null;
  } finally {
    expect(performance.now() - began).toBeLessThan(MOST_MS);
  }
}

// Warnings come a turn later.
afterEach(async () => {
  await new Promise(setImmediate);
  expect(watch.faults()).toEqual([]);
});

describe('configuration of any kind is a configuration, or is refused in a sentence that names the option', () => {
  it('the environment', { timeout: PATIENCE_MS }, () => {
    fc.assert(
      fc.property(environments(['MONGODB_URI_FILE']), (environment) => {
        const { config, problems } = examineConfig(environment);
        for (const problem of problems) {
          expect(OPTION_NAMES.has(problem.slice(0, problem.search(/[ :]/))), problem).toBe(true);
          expectForOperator(problem);
        }
        const warnings = riskySettings(config);
        for (const warning of warnings) expect(redactText(warning)).not.toContain(SECRET);
        const shown = JSON.stringify(shownSettings(environment));
        expect(shown).not.toContain(SECRET);
        expect(Object.isFrozen(config)).toBe(true);
        tally.met(problems.length === 0 ? 'environments taken' : 'environments refused');
        if (problems.length === 0) expect(readConfig(environment)).toEqual(config);
        else expect(() => readConfig(environment)).toThrow(ConfigError);
      }),
      tried(1_500),
    );
    expect(tally.times('environments taken')).toBeGreaterThan(3);
  });

  it('the file of services', { timeout: PATIENCE_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(gatewayConfigTexts, async (text) => {
        const before = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
        const config = await readOrRefused(
          'files of services',
          () => parseGatewayConfig(text, folder),
          [GatewayConfigError],
          (message) => message.startsWith('GATEWAY_CONFIG cannot be used:\n  '),
        );
        expect(JSON.stringify(Object.getOwnPropertyNames(Object.prototype))).toBe(before);
        for (const { url, timeoutMs } of config?.upstreams ?? []) {
          expect(url).toMatch(/^https?:\/\//i);
          expect(timeoutMs).toBeGreaterThan(0);
        }
      }),
      tried(500),
    );
    expect(tally.times('files of services taken')).toBeGreaterThan(3);
  });

  it('the schemas of services', { timeout: PATIENCE_MS }, async () => {
    const own = {
      name: 'gateway',
      sdl: ownServiceSdl([printSchemaWithDirectives(buildOwnSchema([]).unguarded)], ['User']),
    };
    const demands = {
      scopes: new Map([['purchasing:read', { role: ['ADMIN'], of: 'VIEWER' as const }]]),
      policies: new Map([['bookkeeping', { role: ['ADMIN'], of: 'VIEWER' as const }]]),
    };
    await fc.assert(
      fc.asyncProperty(serviceSdls, async (services) => {
        await readOrRefused(
          'schemas of services',
          () => compose([own, ...services], { own: 'gateway', rules: [], ...demands }),
          [CompositionError],
        );
      }),
      tried(25),
    );
  });

  it('the manifest of trusted documents', { timeout: PATIENCE_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(manifestTexts, async (text) => {
        await readOrRefused(
          'manifests',
          () => parseManifest(text),
          [ManifestError],
          (message) => message.startsWith('TRUSTED_DOCUMENTS cannot be used:\n  '),
        );
      }),
      tried(500),
    );
  });

  it('the signing keys, and the keys of an issuer: no member of a private key is told', {
    timeout: PATIENCE_MS,
  }, async () => {
    const file = path.join(folder, 'keys.json');
    const secrets = signingKeys.keys.flatMap(({ d, p, q }) => [d, p, q]).filter((part) => typeof part === 'string');
    const withoutSecrets = (message: string) => !secrets.some((secret) => message.includes(secret.slice(0, 20)));
    await fc.assert(
      fc.asyncProperty(keyFileTexts(signingKeys), fc.constantFrom('EdDSA', 'RS256'), async (text, algorithm) => {
        await writeFile(file, text);
        await readOrRefused(
          'key files',
          async () => loadKeyring(await readKeyFile(file), { algorithm: algorithm as 'EdDSA' | 'RS256' }),
          [KeyFileError],
          withoutSecrets,
        );
        for (const origin of ['file', 'url'] as const) {
          const keys = await readOrRefused(
            'JWKS',
            () => readIssuerKeys(text, origin),
            [KeysUnavailableError],
            withoutSecrets,
          );
          for (const fault of keys?.faults ?? []) {
            expectForOperator(fault);
            expect(fault).toSatisfy(withoutSecrets);
          }
        }
      }),
      tried(150),
    );
  });

  it('`config check` says all of it and never fails by itself', { timeout: PATIENCE_MS }, async () => {
    const file = (name: string) => path.join(folder, name);
    await fc.assert(
      fc.asyncProperty(
        orRight(
          {},
          environments([
            'GATEWAY_CONFIG',
            'TRUSTED_DOCUMENTS',
            'SIGNING_KEY_FILE',
            'MONGODB_URI_FILE',
            'DATA_DIR',
            'AUDIT_ANCHOR_FILE',
          ]),
        ),
        orRight(RIGHT.services, gatewayConfigTexts),
        orRight(RIGHT.manifest, manifestTexts),
        orRight(JSON.stringify(signingKeys), keyFileTexts(signingKeys)),
        async (environment, services, manifest, keys) => {
          await writeFile(file('gateway.yaml'), services);
          await writeFile(file('manifest.json'), manifest);
          await writeFile(file('signing.json'), keys);
          await chmod(file('signing.json'), 0o600);
          const printed: string[] = [];
          const output = { write: (text: string) => printed.push(text) };
          const code = await configCommand(
            ['check'],
            {
              ...environment,
              DATA_DIR: folder,
              GATEWAY_CONFIG: file('gateway.yaml'),
              TRUSTED_DOCUMENTS: file('manifest.json'),
              SIGNING_KEY_FILE: file('signing.json'),
            },
            { stdout: output, stderr: output },
          );
          const text = printed.join('');
          const [, , told = ''] = /\n(Checked|Warnings|Problems)\n([\s\S]*)$/.exec(text) ?? [];
          expect(told).not.toMatch(NOT_FOR_OPERATORS);
          // What is told of the file of services was looked at above.
          expect(text.replace(/^ {2}- GATEWAY_CONFIG: .*$/gm, '')).not.toContain(SECRET);
          expect(text).toMatch(/\d+ problems, \d+ warnings\n$/);
          expect(code).toBe(/\n0 problems,/.test(text) ? 0 : 1);
          tally.met(`config check exits ${code}`);
        },
      ),
      tried(40),
    );
  });

  it('a document of any shape about a person gives them no right that it does not say', {
    timeout: PATIENCE_MS,
  }, () => {
    const fields = userFields();
    fc.assert(
      fc.property(userDocuments, (document) => {
        const person = userFromDocument(document, fields);
        if (person === null) return;
        tally.met('people');
        const { roles = [], disabled = false } = document as { readonly roles?: unknown; readonly disabled?: unknown };
        expect(person.id).not.toBe('');
        for (const role of person.roles) expect(roles).toContain(role);
        if (!person.disabled) expect([false, null]).toContain(disabled ?? null);
        const isList = roles === null || (Array.isArray(roles) && roles.every((role) => typeof role === 'string'));
        if (!isList) expect(person.disabled).toBe(true);
      }),
      tried(500),
    );
  });
});
