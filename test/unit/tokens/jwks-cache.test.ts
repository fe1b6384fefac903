import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTrustedIssuers, type TrustedIssuers, tokenDigest, URL_TIMING } from '../../../src/tokens/index.js';
import { stoppedClock, type TestClock } from './expectations.js';
import { forge, type Pair } from './forge.js';
import {
  CLAIMS,
  expectAccepted,
  expectKeyRefused,
  first,
  ISSUER_CONFIG,
  type JwksServer,
  second,
  startJwksServer,
  third,
} from './rotation.js';

let clock: TestClock;
let trusted: TrustedIssuers;
let jwks: JwksServer;
const accepted = (key: Pair) => expectAccepted(trusted, key);
const refused = (key: Pair, reason?: 'unknown-key' | 'keys-unavailable', kid?: string) =>
  expectKeyRefused(trusted, key, reason, kid);

beforeEach(async () => {
  clock = stoppedClock();
  jwks = await startJwksServer();
  trusted = createTrustedIssuers([{ ...ISSUER_CONFIG, jwks: jwks.url }], { clock });
});
afterEach(async () => {
  trusted.close();
  await jwks.close();
});

describe('keys from a URL', () => {
  it('are not fetched before a token needs them, and then once for all that wait', async () => {
    jwks.serve(first.jwk, second.jwk, third.jwk);
    expect(jwks.hits).toBe(0);
    await Promise.all([first, second, third, first, second, third].map(accepted));
    expect(jwks.hits).toBe(1);
  });

  it('are not fetched again while they are fresh', async () => {
    jwks.serve(first.jwk);
    await accepted(first);
    for (const ms of [URL_TIMING.retryMs, URL_TIMING.freshMs - URL_TIMING.retryMs - 1]) {
      clock.time += ms;
      await accepted(first);
    }
    expect(jwks.hits).toBe(1);
  });

  it('are not fetched for a token that is refused without them', async () => {
    jwks.serve(first.jwk);
    for (const [header, body] of [
      [{ alg: 'HS256', kid: 'first' }, CLAIMS],
      [{ alg: 'PS256', kid: 'first' }, CLAIMS],
      [{ alg: 'EdDSA', kid: 'first', typ: 'logout+jwt' }, CLAIMS],
      [{ alg: 'EdDSA', kid: 'first', crit: ['x'] }, CLAIMS],
      [
        { alg: 'EdDSA', kid: 'first' },
        { ...CLAIMS, iss: 'https://elsewhere.example' },
      ],
    ] as const) {
      await expect(trusted.verify(forge(header, body, first.signer))).rejects.toThrow();
    }
    expect(jwks.hits).toBe(0);
  });

  it('are fetched again for an unknown kid, but at most once in five seconds', async () => {
    jwks.serve(first.jwk);
    await accepted(first);
    clock.time += URL_TIMING.retryMs;
    await refused(second);
    expect(jwks.hits).toBe(2);
    for (let attempt = 0; attempt < 50; attempt += 1) await refused(first, 'unknown-key', `made-up-${attempt}`);
    clock.time += URL_TIMING.retryMs - 1;
    await Promise.all(Array.from({ length: 20 }, () => refused(second)));
    expect(jwks.hits).toBe(2);
    jwks.serve(first.jwk, second.jwk);
    clock.time += 1;
    await accepted(second);
    await accepted(first);
    expect(jwks.hits).toBe(3);
  });

  it('are fetched once for all requests that meet an unknown kid together', async () => {
    jwks.serve(first.jwk);
    await accepted(first);
    jwks.serve(first.jwk, second.jwk);
    clock.time += URL_TIMING.retryMs;
    await Promise.all(Array.from({ length: 20 }, () => accepted(second)));
    expect(jwks.hits).toBe(2);
  });

  it('that were removed are refused within the stated five minutes, also after a long rest', async () => {
    jwks.serve(first.jwk);
    await accepted(first);
    jwks.serve(second.jwk);
    clock.time += URL_TIMING.freshMs - 1;
    await accepted(first);
    clock.time += 1;
    await refused(first);
    await accepted(second);
    jwks.serve(third.jwk);
    clock.time += 20 * URL_TIMING.freshMs;
    await refused(second);
  });

  it('that were all removed leave nothing that verifies', async () => {
    jwks.serve(first.jwk);
    await accepted(first);
    jwks.serve();
    clock.time += URL_TIMING.freshMs;
    await refused(first);
  });

  it('stay in force for an hour while the endpoint fails, and not a moment longer', async () => {
    expect(URL_TIMING).toMatchObject({ freshMs: 300_000, retryMs: 5_000, usableMs: 3_600_000 });
    jwks.serve(first.jwk);
    await accepted(first);
    jwks.answer(503);
    clock.time += URL_TIMING.freshMs;
    await accepted(first);
    clock.time += URL_TIMING.usableMs - URL_TIMING.freshMs;
    await accepted(first);
    await settled();
    clock.time += 1;
    await refused(first, 'keys-unavailable');
    jwks.serve(first.jwk);
    clock.time += URL_TIMING.retryMs;
    await accepted(first);
  });

  it('are asked for at most once in five seconds while the endpoint fails', async () => {
    jwks.answer(500);
    for (let request = 0; request < 20; request += 1) await refused(first, 'keys-unavailable');
    expect(jwks.hits).toBe(1);
    clock.time += URL_TIMING.retryMs;
    await Promise.all(Array.from({ length: 20 }, () => refused(first, 'keys-unavailable')));
    expect(jwks.hits).toBe(2);
  });

  it('in force do not wait for an endpoint that has failed before', async () => {
    jwks.serve(first.jwk);
    await accepted(first);
    jwks.answer(500);
    clock.time += URL_TIMING.freshMs;
    await accepted(first);
    let release = () => {};
    jwks.respond = (_, response) => {
      release = () => response.end(JSON.stringify({ keys: [second.jwk] }));
    };
    clock.time += URL_TIMING.retryMs;
    // The endpoint has the request and does not answer: the answer here cannot have waited for it.
    await accepted(first);
    while (jwks.hits < 3) await new Promise((soon) => setTimeout(soon, 5));
    release();
    await accepted(second);
    await refused(first);
  });

  it('do not become young again where the clock is set back', async () => {
    jwks.serve(first.jwk);
    await accepted(first);
    jwks.serve(second.jwk);
    clock.time -= 3_600_000;
    await refused(first);
    await accepted(second);
  });

  it('of two issuers are limited apart', async () => {
    jwks.serve(first.jwk);
    const other = 'https://other.example';
    trusted = createTrustedIssuers(
      [
        { ...ISSUER_CONFIG, jwks: jwks.url },
        { ...ISSUER_CONFIG, issuer: other, jwks: jwks.url },
      ],
      { clock },
    );
    await accepted(first);
    const claims = { ...CLAIMS, iss: other };
    await trusted.verify(forge({ alg: 'EdDSA', kid: 'first' }, claims, first.signer));
    expect(jwks.hits).toBe(2);
  });
});

/** Lets an attempt that nobody waits for come to its end. */
async function settled(): Promise<void> {
  await new Promise((later) => setTimeout(later, 50));
}

describe('a token that was verified before', () => {
  const token = (key: Pair) => forge({ alg: 'EdDSA', kid: key.jwk.kid as string }, CLAIMS, key.signer);

  it('is recalled at once by its digest, and by nothing else', async () => {
    jwks.serve(first.jwk);
    const text = token(first);
    expect(trusted.recall(tokenDigest(text))).toBeNull();
    const claims = await trusted.verify(text);
    expect(trusted.recall(tokenDigest(text))).toBe(claims);
    expect(await trusted.verify(text)).toBe(claims);
    expect(trusted.recall(text)).toBeNull();
    expect(trusted.recall(tokenDigest(`${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`))).toBeNull();
  });

  it('is not recalled once its keys are due to be asked for again, and not at all once its key is gone', async () => {
    jwks.serve(first.jwk, second.jwk);
    const text = token(first);
    await trusted.verify(text);
    clock.time += URL_TIMING.freshMs;
    expect(trusted.recall(tokenDigest(text))).toBeNull();
    jwks.serve(second.jwk);
    await expect(trusted.verify(text)).rejects.toThrow();
    expect(trusted.recall(tokenDigest(text))).toBeNull();
  });

  it('is not recalled when it has expired, to the millisecond, or where the clock was set back', async () => {
    jwks.serve(first.jwk);
    const text = token(first);
    const { expiresAt } = await trusted.verify(text);
    const verifiedAt = clock.time;
    // The keys would be due by then; they are asked for again just before.
    clock.time = expiresAt + 4_999;
    await trusted.verify(text);
    expect(trusted.recall(tokenDigest(text))).not.toBeNull();
    clock.time = expiresAt + 5_000;
    expect(trusted.recall(tokenDigest(text))).toBeNull();
    clock.time = verifiedAt - 1;
    expect(trusted.recall(tokenDigest(text))).toBeNull();
  });

  it('is not recalled where the clock was set back behind its verification, though not behind that of its keys', async () => {
    jwks.serve(first.jwk);
    await accepted(first);
    clock.time += 1_000;
    const text = forge({ alg: 'EdDSA', kid: 'first' }, { ...CLAIMS, jti: 'later' }, first.signer);
    await trusted.verify(text);
    clock.time -= 1;
    expect(trusted.recall(tokenDigest(text))).toBeNull();
    clock.time += 1;
    expect(trusted.recall(tokenDigest(text))).not.toBeNull();
  });

  it('is not recalled where its key was removed while it was being verified', async () => {
    jwks.serve(first.jwk, second.jwk);
    await accepted(second);
    const importKey = crypto.subtle.importKey.bind(crypto.subtle) as (...given: unknown[]) => Promise<never>;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = vi.spyOn(crypto.subtle, 'importKey').mockImplementationOnce(async (...given: unknown[]) => {
      await released;
      return importKey(...given);
    });
    try {
      const text = token(first);
      // In the middle of looking for the key, in the keys that still have it.
      const verifying = trusted.verify(text);
      await expect.poll(() => held.mock.calls.length).toBeGreaterThan(0);
      jwks.serve(second.jwk);
      clock.time += URL_TIMING.freshMs;
      await accepted(second);
      release();
      await verifying.catch(() => undefined);
      expect(trusted.recall(tokenDigest(text))).toBeNull();
      await expect(trusted.verify(text)).rejects.toThrow();
    } finally {
      held.mockRestore();
    }
  });

  it('that was refused is never recalled', async () => {
    jwks.serve(first.jwk);
    const expired = forge({ alg: 'EdDSA', kid: 'first' }, { ...CLAIMS, exp: 1 }, first.signer);
    const foreign = forge({ alg: 'EdDSA', kid: 'first' }, CLAIMS, second.signer);
    for (const text of [expired, foreign]) {
      await expect(trusted.verify(text)).rejects.toThrow();
      expect(trusted.recall(tokenDigest(text))).toBeNull();
    }
  });
});
