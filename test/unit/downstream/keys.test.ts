import { describe, expect, it, vi } from 'vitest';
import { ISSUER, old, rsa, stranger } from '../tokens/actor-tokens.js';
import { everythingShownOf } from '../tokens/expectations.js';
import { type JsonRecord, type Pair, pair } from '../tokens/forge.js';
import { forgedAssertion } from '../tokens/identity-assertions.js';
import { bearing, expectRefusal, service } from './setting.js';

const ADDRESS = 'https://gateway.example/.well-known/jwks.json?secret=1';
const next = pair('EdDSA', 'ed-next');

/** The gateway's key endpoint, whose answer can be changed, and a service that asks it. */
function setting(...keys: Pair[]) {
  const state = {
    keys: keys.map(({ jwk }) => jwk) as JsonRecord[],
    asked: 0,
    answer: null as null | (() => Promise<Response>),
  };
  const fetch: typeof globalThis.fetch = async () => {
    state.asked += 1;
    return state.answer === null ? Response.json({ keys: state.keys }) : state.answer();
  };
  const verify = service({ jwks: ADDRESS, fetch });
  return { state, verify: (signer: Pair) => verify(bearing(signedBy(signer))) };
}
const signedBy = ({ alg, kid, signer }: Pair) => forgedAssertion({ alg, kid }, {}, signer);

describe('the keys of the gateway', () => {
  it('are not asked for before the first assertion, and then once for many', async () => {
    const { state, verify } = setting(old, rsa);
    expect(state.asked).toBe(0);
    await Promise.all(Array.from({ length: 20 }, () => verify(old)));
    await verify(rsa);
    expect(state.asked).toBe(1);
  });

  it('are asked for also by a process that has only just started', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(1);
    try {
      await expect(setting(old).verify(old)).resolves.toBeDefined();
    } finally {
      clock.mockRestore();
    }
  });

  it('may rotate: a new key is found when it is first met, and a removed one is refused after 5 minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { state, verify } = setting(old);
      await verify(old);
      state.keys = [next.jwk, old.jwk];
      vi.advanceTimersByTime(6_000);
      await expect(verify(next)).resolves.toMatchObject({ viewer: { id: 'user_cleo' } });
      await expect(verify(old)).resolves.toBeDefined();
      expect(state.asked).toBe(2);
      state.keys = [next.jwk];
      vi.advanceTimersByTime(301_000);
      await expectRefusal(verify(old), { code: 'TOKEN_INVALID', fault: 'unknown-key' });
      await expect(verify(next)).resolves.toBeDefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it('are not asked for again and again because strangers invent key ids', async () => {
    const { state, verify } = setting(old);
    await verify(old);
    for (let turn = 0; turn < 50; turn += 1) {
      await expectRefusal(verify({ ...stranger, kid: `invented-${turn}` }), {
        code: 'TOKEN_INVALID',
        fault: 'unknown-key',
      });
    }
    expect(state.asked).toBe(1);
  });

  it.each<[string, () => Promise<Response>]>([
    ['cannot be reached', () => Promise.reject(new TypeError(`fetch failed: ${ADDRESS}`))],
    ['answers with an error', async () => new Response('no', { status: 500 })],
    ['answers with keys, but as an error', async () => Response.json({ keys: [old.jwk] }, { status: 500 })],
    ['answers with keys, but with a part of them', async () => Response.json({ keys: [old.jwk] }, { status: 206 })],
    ['answers with no JSON', async () => new Response('<html>')],
    ['answers with no keys', async () => Response.json({ error: 'x' })],
    [
      'sends elsewhere',
      async () => new Response(null, { status: 302, headers: { location: 'https://attacker.example' } }),
    ],
  ])('that cannot be had since their endpoint %s make nobody anonymous and nothing invalid', async (_, answer) => {
    const { state, verify } = setting(old);
    state.answer = answer;
    await expectRefusal(verify(old), { code: 'KEYS_UNAVAILABLE', fault: 'keys' });
    const error = await verify(old).catch((refused) => refused);
    expect(everythingShownOf(error)).not.toContain('secret=1');
    state.answer = null;
    const later = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_001);
    await expect(verify(old).finally(() => later.mockRestore())).resolves.toBeDefined();
  });

  it.each<[string, () => Promise<Response>]>([
    ['is down', async () => new Response('no', { status: 503 })],
    ['answers with another thing', async () => Response.json({ error: 'x' })],
    ['answers with nothing', async () => Response.json(null)],
    ['answers with a text', async () => Response.json('keys')],
  ])(
    'are not asked for at every request while their endpoint %s: a second passes between two readings',
    async (_, answer) => {
      const clock = vi.spyOn(performance, 'now').mockReturnValue(5_000);
      try {
        const { state, verify } = setting(old);
        state.answer = answer;
        for (let turn = 0; turn < 50; turn += 1) {
          await expectRefusal(verify(turn % 2 === 0 ? old : { ...stranger, kid: `invented-${turn}` }), {
            code: 'KEYS_UNAVAILABLE',
            fault: 'keys',
          });
        }
        expect(state.asked).toBe(1);
        clock.mockReturnValue(6_000);
        state.answer = null;
        await expect(verify(old)).resolves.toBeDefined();
        expect(state.asked).toBe(2);
      } finally {
        clock.mockRestore();
      }
    },
  );

  it('go on to be used while their endpoint fails, for whom they are known, and strangers do not make it be asked', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { state, verify } = setting(old);
      await verify(old);
      vi.advanceTimersByTime(6_000);
      state.answer = async () => new Response('no', { status: 503 });
      for (let turn = 0; turn < 50; turn += 1) {
        await verify({ ...stranger, kid: `invented-${turn}` }).catch(() => undefined);
        await expect(verify(old)).resolves.toBeDefined();
      }
      expect(state.asked).toBeLessThanOrEqual(10);
    } finally {
      vi.useRealTimers();
    }
  });

  it('are given up where the answer has no end', async () => {
    const { state, verify } = setting(old);
    let sent = 0;
    let left = false;
    state.answer = async () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            sent += 65_536;
            if (sent > 64_000_000) controller.close();
            else controller.enqueue(new Uint8Array(65_536).fill(0x20));
          },
          cancel() {
            left = true;
          },
        }),
      );
    await expectRefusal(verify(old), { code: 'KEYS_UNAVAILABLE', fault: 'keys' });
    expect(left).toBe(true);
    expect(sent).toBeLessThan(1_000_000);
  });

  it('are never private or symmetric, whatever the endpoint says', async () => {
    const { state, verify } = setting(old);
    state.keys = [{ ...old.privateJwk }];
    await expectRefusal(verify(old), { code: 'KEYS_UNAVAILABLE', fault: 'keys' });
  });

  it('are asked for over http(s) alone', () => {
    for (const jwks of ['ftp://gateway.example/jwks', 'data:application/json,{"keys":[]}', 'file:///jwks.json']) {
      expect(() => service({ issuer: ISSUER, jwks })).toThrow(TypeError);
    }
    for (const jwks of ['http://gateway:4000/jwks', new URL(ADDRESS)]) expect(service({ jwks })).toBeTypeOf('function');
  });
});
