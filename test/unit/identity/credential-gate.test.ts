import { describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import { createCredentialGate, createResolveIdentity } from '../../../src/identity/index.js';
import { StoppedClock } from '../../support/stopped-clock.js';
import { ada, direct } from '../policy/people.js';
import { judged, REQUEST } from './setting.js';

const resolved = { identity: direct(ada), unconfirmed: null } as const;
const from = (ipAddress: string) => ({ ...REQUEST, ipAddress });
const ATTACKER = from('203.0.113.7');

function open(perMinute = 3) {
  const clock = new StoppedClock();
  const limited: string[] = [];
  const refused: string[] = [];
  const known = new Set<string>();
  const resolve = vi.fn(async (token: string) => {
    if (token.startsWith('good')) {
      known.add(token);
      return resolved;
    }
    throw new GatewayError(token.startsWith('down') ? 'UPSTREAM_UNAVAILABLE' : 'TOKEN_INVALID');
  });
  const strategy = { accepts: () => true, recall: () => null, isKnown: (digest: string) => known.has(digest), resolve };
  const gate = createCredentialGate({
    perMinute,
    clock,
    metrics: { limited: (limit) => void limited.push(limit) },
    onRefused: (code) => void refused.push(code),
  });
  // What one strategy has verified, the others need not know.
  const other = { ...strategy, accepts: () => false, isKnown: () => false };
  const identityOf = createResolveIdentity(
    [strategy, other],
    () => 'issuer',
    (token) => token,
    gate,
  );
  const identify = async (token: string, request = ATTACKER) => identityOf(token, request);
  const ask = (token: string, request = ATTACKER) => judged(identify(token, request));
  return { clock, limited, refused, resolve, identify, ask };
}

describe('an address that has sent too many bad credentials', () => {
  it('has no more of them verified than one a second, and is told to come back', async () => {
    const { ask, resolve, clock, limited, refused } = open();
    const told: unknown[] = [];
    for (let n = 0; n < 10; n += 1) told.push(await ask(`bad ${n}`));
    expect(told).toEqual([...Array(4).fill('TOKEN_INVALID'), ...Array(6).fill('RATE_LIMITED')]);
    expect([resolve.mock.calls.length, refused.length, limited.length]).toEqual([4, 4, 6]);
    clock.advance(1_000);
    expect([await ask('bad 11'), await ask('bad 12')]).toEqual(['TOKEN_INVALID', 'RATE_LIMITED']);
  });

  it('is told which limit it met, and so is the operator', async () => {
    const { ask, identify, limited } = open();
    for (let n = 0; n < 4; n += 1) await ask(`bad ${n}`);
    await expect(identify('bad 5')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: expect.stringMatching(/^Too many credentials of this address were refused\./),
      extensions: { limit: { name: 'refusedCredentialsPerAddress', allowed: 3 } },
    });
    expect(limited).toEqual(['refusedCredentialsPerAddress']);
  });

  it('goes on with every credential it used before, and comes in with a good one that is new', async () => {
    const { ask, clock } = open();
    await ask('good old');
    for (let n = 0; n < 10; n += 1) await ask(`bad ${n}`);
    for (let n = 0; n < 5; n += 1) expect(await ask('good old')).toEqual(resolved);
    expect(await ask('good new')).toBe('RATE_LIMITED');
    clock.advance(1_000);
    expect(await ask('good new')).toEqual(resolved);
    expect(await ask('good new')).toEqual(resolved);
  });

  it('takes nothing from other addresses', async () => {
    const { ask } = open();
    for (let n = 0; n < 10; n += 1) await ask(`bad ${n}`);
    expect(await ask('good', from('203.0.113.8'))).toEqual(resolved);
    expect(await ask('bad', from('203.0.113.8'))).toBe('TOKEN_INVALID');
  });

  it('is none where what failed was ours', async () => {
    const { ask, refused } = open();
    for (let n = 0; n < 10; n += 1) expect(await ask(`down ${n}`)).toBe('UPSTREAM_UNAVAILABLE');
    expect(refused).toEqual([]);
  });

  it('is none where there is no bound', async () => {
    const { ask } = open(0);
    for (let n = 0; n < 50; n += 1) expect(await ask(`bad ${n}`)).toBe('TOKEN_INVALID');
  });
});
