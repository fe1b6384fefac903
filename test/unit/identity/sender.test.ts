import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import { createResolveIdentity, createSenders, type IdentityStrategy } from '../../../src/identity/index.js';
import { BEARER } from '../../../src/identity/sender.js';
import { type Bound, type PresentedToken, proofRefusal, refusalReasonOf } from '../../../src/tokens/index.js';
import { ada, direct } from '../policy/people.js';
import { REQUEST } from './setting.js';

const presented = (token = 'token'): PresentedToken => ({ token, proof: 'proof', method: 'POST', path: '/graphql' });

/** Proofs that hold for these keys, and what was asked about them. */
function open(holds: (presented: PresentedToken, bound: Bound) => Promise<void> = async () => undefined) {
  const asked: string[] = [];
  const senders = createSenders({
    verify(shown, bound) {
      asked.push(`${shown.token} ${bound.to} ${bound.actorId}`);
      return holds(shown, bound);
    },
  });
  const check = async (shown: PresentedToken, boundTo: string | null) => {
    try {
      await senders.of(shown).check(boundTo, 'user_ada');
      return 'may';
    } catch (error) {
      return refusalReasonOf(error) ?? (error instanceof GatewayError ? error.code : String(error));
    }
  };
  return { senders, asked, check };
}

describe('who sends a token and nothing else', () => {
  it('may use it where it is bound to no key, at once', () => {
    expect(BEARER.check(null)).toBeUndefined();
  });

  it.each(['key', ''])('may not where it is bound to one: %j', (key) => {
    expect(() => BEARER.check(key)).toThrow(/bound to a key/);
  });
});

describe('who sends a token with a proof', () => {
  it('may not use one that is bound to no key, and the proof is not looked at', async () => {
    const { check, asked } = open();
    expect(await check(presented(), null)).toBe('unbound');
    expect(asked).toEqual([]);
  });

  it('may use one whose key the proof shows, for as long as there is this request, by one verification', async () => {
    const { check, asked, senders } = open();
    const shown = presented();
    expect(senders.provenKey(shown)).toBeNull();
    expect(await Promise.all([check(shown, 'key'), check(shown, 'key')])).toEqual(['may', 'may']);
    expect(await check(shown, 'key')).toBe('may');
    expect(senders.provenKey(shown)).toBe('key');
    expect(asked).toEqual(['token key user_ada']);
  });

  it('has shown nothing for another request, though it were the same to the letter', async () => {
    const { check, asked, senders } = open();
    await check(presented(), 'key');
    const again = presented();
    expect(senders.provenKey(again)).toBeNull();
    await check(again, 'key');
    expect(asked).toHaveLength(2);
  });

  it('has shown nothing of another key', async () => {
    const { check } = open();
    const shown = presented();
    await check(shown, 'key');
    expect(await check(shown, 'another')).toBe('TOKEN_INVALID');
  });

  it.each(['TOKEN_INVALID', 'RATE_LIMITED'] as const)(
    'may not where the proof is refused: %s, however often it is asked',
    async (code) => {
      const { check, senders } = open(() => Promise.reject(new GatewayError(code)));
      const shown = presented();
      expect([await check(shown, 'key'), await check(shown, 'key')]).toEqual([code, code]);
      expect(senders.provenKey(shown)).toBeNull();
    },
  );
});

describe('a token that was accepted with a proof', () => {
  const resolved = { identity: direct(ada, { boundTo: 'key' }), unconfirmed: null };
  const strategy: IdentityStrategy = {
    accepts: () => true,
    isKnown: () => true,
    recall: (_digest, key = null) => (key === 'key' ? resolved : null),
    async resolve(_token, _request, _digest, sender = BEARER) {
      await sender.check('key', 'user_ada');
      return resolved;
    },
  };
  const by = (senders: ReturnType<typeof createSenders>) =>
    createResolveIdentity(
      [strategy],
      () => 'issuer',
      (token) => token,
      undefined,
      senders,
    );

  it('is recalled for that request, and refused without a proof', async () => {
    const { senders, asked } = open();
    const resolve = by(senders);
    const shown = presented();
    expect(await resolve(shown, REQUEST)).toBe(resolved);
    expect(resolve(shown, REQUEST)).toBe(resolved);
    expect(asked).toHaveLength(1);
    await expect(resolve('token', REQUEST)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  it('is refused with one that does not hold, and where no proofs are verified', async () => {
    const { senders } = open(() => Promise.reject(proofRefusal('signature')));
    await expect(by(senders)(presented(), REQUEST)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const without = createResolveIdentity(
      [strategy],
      () => 'issuer',
      (token) => token,
    );
    await expect(without(presented(), REQUEST)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});
