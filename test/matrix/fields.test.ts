import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { checkCell } from './check-cell.js';
import { FIELDS } from './fields.js';
import { kindOf, OPERATIONS, type Operation } from './operations.js';
import { bearer, TRANSPORTS } from './transports.js';
import { arrive, endAllSessions, preparePeople, WHO, WITHOUT_LIMITS } from './who.js';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ environment: WITHOUT_LIMITS });
  await preparePeople(gateway);
});

afterAll(() => gateway.stop());

function operationOf(row: string): Operation {
  const operation = OPERATIONS[row];
  if (operation === undefined) throw new Error(`no operation is written for "${row}"`);
  return operation;
}

/** Keeps the trail moving, for a subscription to have something to tell. Returns how to stop. */
function letThingsHappen(): () => Promise<void> {
  let going = true;
  const running = (async () => {
    while (going) {
      await gateway.graphql(
        null,
        'mutation { startImpersonation(input: {userId: "x", reason: "xyz"}) { actorToken } }',
      );
      await pause(50);
    }
  })();
  return () => {
    going = false;
    return running;
  };
}

describe.each(TRANSPORTS)('over $name', (transport) => {
  const rows = FIELDS.filter(({ name }) => transport.serves.includes(kindOf(operationOf(name))));

  describe.each(rows)('$name', ({ name, cells }) => {
    const operation = operationOf(name);

    it.each(WHO)('%s', async (who) => {
      const sender = await arrive(gateway, who);
      const variables = (await operation.variables?.(gateway, sender)) ?? {};
      const authorization = bearer(sender.token);
      const stop = kindOf(operation) === 'subscription' ? letThingsHappen() : null;
      try {
        const outcome = await transport.send({
          url: gateway.url,
          authorization,
          document: operation.document,
          variables,
        });
        if (outcome.status !== null) expect(outcome.status).toBe(200);
        checkCell(cells[who], outcome, operation);
      } finally {
        await stop?.();
        await endAllSessions(gateway);
      }
    });
  });
});
