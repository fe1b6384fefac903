import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { SENSITIVE_INPUTS, VAULT, VAULT_INPUTS } from './sensitive-inputs.js';
import { bearer, EVENT_STREAM, POST, WEB_SOCKET } from './transports.js';
import { arrive, preparePeople, type Who, WITHOUT_LIMITS } from './who.js';

/** Refused for want of a credential, allowed, and refused under an impersonation of either access. */
const SENDERS: readonly Who[] = ['anonymous', 'USER', 'as USER, read', 'as USER, full'];

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ environment: WITHOUT_LIMITS, hostModules: [createShop(), VAULT] });
  await preparePeople(gateway);
});

afterAll(() => gateway.stop());

/** Everything that is kept: the whole trail with its details, all sessions, and the log. */
async function kept(): Promise<string> {
  const { events, sessions } = gateway.store;
  const texts: string[] = [gateway.logged()];
  for (let from: { at: number; id: string } | undefined; ; ) {
    const page = await events.page({}, { limit: 500, direction: 'forward', ...(from && { from }) });
    texts.push(...page.items.flatMap(({ body, details }) => [body, details?.text ?? '']));
    const last = page.items.at(-1);
    if (!page.hasMore || last === undefined) break;
    from = { at: last.occurredAt, id: last.id };
  }
  texts.push(JSON.stringify(await sessions.page({}, { limit: 500, direction: 'forward' })));
  return texts.join('\n');
}

describe.each(Object.entries({ ...SENSITIVE_INPUTS, ...VAULT_INPUTS }))('%s', (_coordinate, input) => {
  const { byVariable, byLiteral, recorded } = input;

  describe.each([POST, WEB_SOCKET, EVENT_STREAM])('over $name', (transport) => {
    it.each(SENDERS)('is recorded nowhere where %s sends it', async (who) => {
      const secret = `hunter-${crypto.randomUUID()}`;
      const { token } = await arrive(gateway, who);
      const { url } = gateway;
      const authorization = bearer(token);
      const { document, variables } = byVariable;
      await transport.send({ url, authorization, document, variables: variables(secret) });
      await transport.send({ url, authorization, document: byLiteral(secret) });
      // Refused before it runs, which must not make it any more talkative.
      await transport.send({ url, authorization, document, variables: { secret: [secret, { secret }] } });
      await transport.send({ url, authorization, document, variables: { ...variables(secret), undeclared: secret } });
      expect(await kept()).not.toContain(secret);
    });
  });

  it('shows as redacted in the events of an impersonated attempt', async () => {
    const { token, sessionId } = await arrive(gateway, 'as USER, full');
    const { document, variables } = byVariable;
    await POST.send({ url: gateway.url, authorization: bearer(token), document, variables: variables('opensesame') });
    const { items } = await gateway.store.events.page(
      { sessionId: sessionId ?? '', operationName: 'Change' },
      { limit: 10, direction: 'forward' },
    );
    expect(items.length).toBeGreaterThan(0);
    for (const { details } of items) expect(JSON.parse(details?.text ?? '{}').variables).toBe(recorded);
  });
});
