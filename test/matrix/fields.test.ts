import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { type Cell, FIELDS, REQUIRES } from './fields.js';
import { kindOf, OPERATIONS, type Operation, valueAt } from './operations.js';
import { bearer, type Outcome, TRANSPORTS } from './transports.js';
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

function check(cell: Cell, outcome: Outcome, { at }: Operation): void {
  const value = valueAt(outcome.data, at);
  if (cell === 'yes' || cell === 'null') {
    expect(outcome.codes).toEqual([]);
    if (cell === 'yes') expect(value).not.toBeNull();
    else expect(value).toBeNull();
    return;
  }
  expect(outcome.codes).toEqual([cell]);
  expect(value).toBeNull();
  if (cell !== 'FORBIDDEN') return;
  const [error] = outcome.errors;
  const refused = error?.path?.findLast((step) => typeof step === 'string') ?? '';
  expect(error?.extensions.requires).toEqual(REQUIRES[refused]);
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
        check(cells[who], outcome, operation);
      } finally {
        await stop?.();
        await endAllSessions(gateway);
      }
    });
  });
});
