import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTrustedIssuers, FILE_TIMING, type TrustedIssuers } from '../../../src/tokens/index.js';
import { MAX_JWKS_BYTES } from '../../../src/tokens/jwks-url.js';
import { everythingShownOf, stoppedClock, type TestClock } from './expectations.js';
import type { Json, Pair } from './forge.js';
import { expectAccepted, expectKeyRefused, first, ISSUER_CONFIG, second } from './rotation.js';

let clock: TestClock;
let trusted: TrustedIssuers;
const accepted = (key: Pair) => expectAccepted(trusted, key);
const refused = (key: Pair, reason?: 'unknown-key' | 'keys-unavailable') => expectKeyRefused(trusted, key, reason);

describe('keys from a file', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    clock = stoppedClock();
    folder = await mkdtemp(join(tmpdir(), 'key-rotation-'));
    path = join(folder, 'jwks.json');
    trusted = createTrustedIssuers([{ ...ISSUER_CONFIG, jwks: path }], { clock });
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  const write = (...keys: readonly Json[]) => writeFile(path, JSON.stringify({ keys }));
  const nextCheck = () => {
    clock.time += FILE_TIMING.retryMs;
  };

  it('are read from a path or a file: URL', async () => {
    await write(first.jwk);
    await accepted(first);
    trusted = createTrustedIssuers([{ ...ISSUER_CONFIG, jwks: pathToFileURL(path).href }], { clock });
    await accepted(first);
  });

  it('that were added and removed take effect within the stated five seconds', async () => {
    expect(FILE_TIMING.freshMs).toBe(5_000);
    await write(first.jwk);
    await accepted(first);
    await write(second.jwk);
    clock.time += FILE_TIMING.freshMs - 1;
    await accepted(first);
    await refused(second);
    clock.time += 1;
    await refused(first);
    await accepted(second);
  });

  it('are read again where other keys were written over them that are as long', async () => {
    const keys = [first.jwk, { ...first.jwk, kid: 'third' }];
    await write(keys[0] as Json);
    await accepted(first);
    await write(keys[1] as Json);
    expect(new Set(keys.map((key) => JSON.stringify(key).length)).size).toBe(1);
    nextCheck();
    await refused(first);
  });

  it('are used whatever they leave unsaid of their use, and where what they say allows it', async () => {
    const { kty, crv, x } = first.jwk as Record<string, Json>;
    for (const more of [{}, { use: 'sig' }, { alg: 'EdDSA' }, { key_ops: ['verify'] }]) {
      await write({ kty, crv, x, kid: 'first', ...more } as Json);
      nextCheck();
      await accepted(first);
    }
  });

  it('that are not used are told of to the log alone, by their place, and no more than three', async () => {
    const odd: Json[] = [{ kty: 'oct', k: 'c2VjcmV0' }, 'x', { kty: 'RSA' }, { kty: 'EC' }];
    await write(second.jwk, ...odd);
    const error = await refused(first);
    expect((error.cause as Error).message).toContain(
      '(key 2: it is symmetric; key 3: it is not a JSON object; key 4: a public member is missing)',
    );
    await write(second.jwk);
    nextCheck();
    expect(((await refused(first)).cause as Error).message).toBe(
      'The token is refused: no usable key of the issuer matches it.',
    );
  });

  it('are read again where the file was replaced by a rename', async () => {
    await write(first.jwk);
    await accepted(first);
    await writeFile(`${path}.new`, JSON.stringify({ keys: [second.jwk] }));
    await rename(`${path}.new`, path);
    nextCheck();
    await refused(first);
    await accepted(second);
  });

  it.each<[string, () => Promise<void>]>([
    ['is gone', () => rm(path)],
    ['is empty', () => writeFile(path, '')],
    ['is cut off', () => writeFile(path, JSON.stringify({ keys: [second.jwk] }).slice(0, -2))],
    ['is no JWKS', () => writeFile(path, '[]')],
    ['is too large', () => writeFile(path, JSON.stringify({ keys: [second.jwk] }).padEnd(MAX_JWKS_BYTES + 1))],
    ['is a folder', () => rm(path).then(() => mkdir(path))],
  ])('stay in force, for as long as it takes, where the file %s, until it is mended', async (_, damage) => {
    await write(first.jwk);
    await accepted(first);
    await damage();
    nextCheck();
    await accepted(first);
    await refused(second, 'keys-unavailable');
    nextCheck();
    await refused(second, 'keys-unavailable');
    clock.time += 180 * 86_400_000;
    await accepted(first);
    await rm(path, { recursive: true, force: true });
    await write(second.jwk);
    nextCheck();
    await refused(first);
    await accepted(second);
  });

  it('that were never readable refuse every token, saying why to the log alone, until they are', async () => {
    const error = await refused(first, 'keys-unavailable');
    expect((error.cause as Error).message).toMatch(/ENOENT/);
    expect(everythingShownOf(error)).not.toContain(folder);
    await write(first.jwk);
    await refused(first, 'keys-unavailable');
    nextCheck();
    await accepted(first);
  });

  it('may be a signing key file: the private parts are not used', async () => {
    await write({ ...first.privateJwk, key_ops: ['sign'] }, second.privateJwk);
    await accepted(first);
    await accepted(second);
  });
});
