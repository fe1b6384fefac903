import { mkdir, mkdtemp, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openWatchedKeys, type WatchedKeys } from '../../src/app/watched-keys.js';
import { readConfig } from '../../src/config/index.js';
import { createLogger } from '../../src/platform/logger.js';
import { createMetrics } from '../../src/platform/metrics.js';
import { pair } from './tokens/forge.js';

const first = pair('EdDSA', 'first');
const second = pair('EdDSA', 'second');
const LATE = { timeout: 15_000 };

let folder: string;
let keys: WatchedKeys;
let lines: string[];
let metrics: ReturnType<typeof createMetrics>;
/** How far the clock of the gateway has been put on. */
let ahead: number;

/** As Kubernetes mounts a secret: the file is a link to one in a folder that is a link to the folder of a version. */
async function publish(version: string, text: string): Promise<void> {
  await mkdir(path.join(folder, `..${version}`));
  await writeFile(path.join(folder, `..${version}`, 'keys.json'), text);
  await symlink(`..${version}`, path.join(folder, '..data_tmp'));
  await rename(path.join(folder, '..data_tmp'), path.join(folder, '..data'));
}

const value = async (name: string) =>
  (await metrics.registry.getSingleMetric(name)?.get())?.values.map((sample) => sample.value);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'watched-keys-'));
  await publish('v1', JSON.stringify({ keys: [first.privateJwk] }));
  await symlink(path.join('..data', 'keys.json'), path.join(folder, 'keys.json'));
  lines = [];
  ahead = 0;
  metrics = createMetrics({ processMetrics: false });
  keys = await openWatchedKeys({
    config: readConfig({ DATA_DIR: folder, SIGNING_KEY_FILE: path.join(folder, 'keys.json') }),
    clock: { now: () => Date.now() + ahead },
    logger: createLogger({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } }),
    metrics: metrics.keys,
  });
});

afterEach(async () => {
  await keys.close();
  await rm(folder, { recursive: true, force: true });
});

it('a mounted file that is swapped by a link is taken up by itself, without a restart', async () => {
  await publish('v2', JSON.stringify({ keys: [second.privateJwk, first.jwk] }));
  await expect.poll(() => keys.keyring.kid, LATE).toBe('second');
  expect([...keys.keyring.verifyKeys.keys()]).toEqual(['second', 'first']);
  expect(await value('gateway_signing_keys')).toEqual([2, 0]);
  expect(lines.join('')).toContain('the signing keys have changed');
});

it('a bad file keeps the old keys, says so once in the log, in a metric and to readiness; a good one ends that', async () => {
  await publish('v2', `{"keys":[{"kty":"OKP","crv":"Ed25519","d":"${second.privateJwk.d}"`);
  await expect.poll(() => keys.degraded, LATE).toBe(true);
  await keys.reload();
  await keys.reload();
  expect(keys.keyring.kid).toBe('first');
  expect(lines.filter((line) => line.includes('are refused'))).toHaveLength(1);
  expect(lines.join('')).not.toContain(second.privateJwk.d);
  expect(await value('gateway_signing_keys_refusals_total')).toEqual([1]);
  expect(await value('gateway_signing_keys_reload_failed')).toEqual([1]);
  await publish('v3', JSON.stringify({ keys: [first.privateJwk] }));
  await expect.poll(() => keys.degraded, LATE).toBe(false);
  expect(await value('gateway_signing_keys_reload_failed')).toEqual([0]);
});

it('a file that is gone keeps the old keys too', async () => {
  await rm(path.join(folder, '..data'));
  await expect.poll(() => keys.degraded, LATE).toBe(true);
  expect(keys.keyring.kid).toBe('first');
});

it('a retired key is refused when its time has come, whatever has become of the file meanwhile', async () => {
  const until = Math.floor(Date.now() / 1_000) + 60;
  await publish('v2', JSON.stringify({ keys: [second.privateJwk, { ...first.jwk, tokens_until: until }] }));
  await expect.poll(() => keys.keyring.kid, LATE).toBe('second');
  expect([...keys.keyring.verifyKeys.keys()]).toEqual(['second', 'first']);
  await rm(path.join(folder, '..data'));
  await expect.poll(() => keys.degraded, LATE).toBe(true);
  expect([...keys.keyring.verifyKeys.keys()]).toEqual(['second', 'first']);
  ahead = 61_000;
  await keys.reload();
  expect([...keys.keyring.verifyKeys.keys()]).toEqual(['second']);
  expect([...keys.keyring.trailKeys.keys()]).toEqual(['second', 'first']);
  expect(keys.degraded).toBe(true);
  expect(lines.join('')).toContain('tokens by these keys are refused from now on');
});

it('a key that is taken out of the file is said to be lost to the trail', async () => {
  await publish('v2', JSON.stringify({ keys: [second.privateJwk] }));
  await expect.poll(() => keys.keyring.kid, LATE).toBe('second');
  expect(lines.join('')).toContain('cannot be verified any more');
  expect(await value('gateway_signing_keys')).toEqual([1, 0]);
});

it('says how old the key is that signs, and once that it is too old; another key ends that', async () => {
  const days = (n: number) => n * 86_400_000;
  const oldLines = () => lines.filter((line) => line.includes('the signing key is old'));
  const madeAt = Math.floor(Date.now() / 1_000) - 86_400;
  await publish('v2', JSON.stringify({ keys: [{ ...first.privateJwk, iat: madeAt }] }));
  await keys.reload();
  await expect.poll(() => value('gateway_signing_key_made_timestamp_seconds'), LATE).toEqual([madeAt]);
  expect(await value('gateway_signing_key_too_old')).toEqual([0]);
  expect(oldLines()).toEqual([]);
  ahead = days(90);
  await keys.reload();
  await keys.reload();
  expect(await value('gateway_signing_key_too_old')).toEqual([1]);
  expect(oldLines()).toHaveLength(1);
  expect(oldLines()[0]).toContain('"kid":"first","days":91');
  await publish('v3', JSON.stringify({ keys: [{ ...second.privateJwk, signs_from: 1 }, first.privateJwk] }));
  await expect.poll(() => keys.keyring.kid, LATE).toBe('second');
  await publish(
    'v4',
    JSON.stringify({ keys: [{ ...second.privateJwk, signs_from: 1, iat: madeAt + 86_400 * 80 }, first.privateJwk] }),
  );
  await expect.poll(() => value('gateway_signing_key_too_old'), LATE).toEqual([0]);
});

it('takes the time of the file where the file does not say when the key was made, or says what cannot be', async () => {
  const written = async () => (await stat(path.join(folder, 'keys.json'))).mtimeMs / 1_000;
  expect(await value('gateway_signing_key_made_timestamp_seconds')).toEqual([await written()]);
  for (const [version, iat] of [
    ['v2', Math.floor(Date.now() / 1_000) + 1_000_000],
    ['v3', 'yesterday'],
    ['v4', -5],
  ] as const) {
    await publish(version, JSON.stringify({ keys: [{ ...first.privateJwk, iat }] }));
    await keys.reload();
    expect(await value('gateway_signing_key_made_timestamp_seconds'), version).toEqual([await written()]);
  }
  expect(keys.degraded).toBe(false);
});
