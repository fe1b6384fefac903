import { expect, it } from 'vitest';
import { createVerifyIdentity, IdentityError } from '../../../../src/downstream/index.js';
import { ISSUER, keyring } from '../../tokens/actor-tokens.js';
import { claimsOf } from '../../tokens/forge.js';
import { direct, impersonated } from '../../tokens/identity-assertions.js';
import { codesOf, contextOf, openTransport, sendJson, service } from './setting.js';

/** A service that takes no assertion twice, and fails the first time that it is asked. */
async function strictService() {
  const verify = createVerifyIdentity({
    issuer: ISSUER,
    audience: 'orders',
    jwks: keyring.publicJwks,
    singleUse: true,
    now: () => time(),
  });
  let time = () => 0;
  const orders = await service((request, response, nth) => {
    verify(request as Parameters<typeof verify>[0]).then(
      ({ viewer }) => {
        if (nth === 1) response.writeHead(503).end();
        else sendJson(response, { data: { ok: viewer?.id === 'user_cleo' } });
      },
      (error: unknown) => {
        if (!(error instanceof IdentityError)) throw error;
        response.writeHead(error.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ errors: [{ message: error.message, extensions: { code: error.fault } }] }));
      },
    );
  });
  return { orders, follow: (clock: { readonly time: number }) => (time = () => clock.time) };
}

it('a service that takes no assertion twice is asked with another one for each call, tries included', async () => {
  const { orders, follow } = await strictService();
  const { ask, clock } = openTransport(orders.url, { assertions: 'single-use', retries: 1 });
  follow(clock);
  for (const identity of [direct(), impersonated(), direct()]) {
    expect((await ask('{ ok }', contextOf(identity).context)).data).toEqual({ ok: true });
  }
  const ids = orders.received.map(({ headers }) => claimsOf(headers.authorization?.slice(7) ?? '').jti);
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(4);
});

it('and refuses the gateway where that was not told of it', async () => {
  const { orders, follow } = await strictService();
  const { ask, clock } = openTransport(orders.url, { retries: 0 });
  follow(clock);
  await ask('{ ok }', contextOf(direct()).context);
  expect(codesOf(await ask('{ ok }', contextOf(direct()).context))).not.toEqual([]);
});
