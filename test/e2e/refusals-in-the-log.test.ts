import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';

const AUDITORS_QUERY = 'query Look { impersonationEvents(first: 1) { nodes { id } } }';
const ACCEPTED = 'a session token was accepted';
const REFUSED = 'an operation, or a part of it, was refused';
const OF_THE_REQUEST = 'refused';

let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway({ environment: { DENIED_EVENTS_PER_MINUTE: '3', LOG_LEVEL: 'info' } });
});
afterAll(() => gateway.stop());

/** The lines of the log with this sentence. */
const told = (message: string): any[] =>
  gateway
    .logged()
    .split('\n')
    .filter((line) => line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line));

describe('the log', () => {
  it('says once whose session token was accepted, by whom, when and how they signed in, and from where', async () => {
    const cleo = await gateway.token('user_cleo');
    const { headers } = await gateway.graphql(cleo, '{ viewer { id } }');
    gateway.clock.advance(1_000);
    for (let again = 0; again < 5; again += 1) await gateway.graphql(cleo, '{ viewer { id } }');
    expect(told(ACCEPTED)).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        msg: ACCEPTED,
        requestId: headers.get('x-request-id'),
        viewerId: 'user_cleo',
        actorId: 'user_cleo',
        issuer: 'urn:impersonation-gateway:development-issuer',
        authTime: expect.any(Number),
        amr: expect.any(Array),
        ipAddress: '127.0.0.1',
      },
    ]);
    for (const part of cleo.split('.')) expect(gateway.logged()).not.toContain(part);
  });

  it('says what was refused to an ordinary caller, and by which rule', async () => {
    const sam = await gateway.token('user_sam');
    const { codes, headers } = await gateway.graphql(sam, AUDITORS_QUERY);
    expect(codes).toEqual(['FORBIDDEN']);
    expect(told(REFUSED)).toEqual([
      expect.objectContaining({
        requestId: headers.get('x-request-id'),
        code: 'FORBIDDEN',
        operation: { name: 'Look', type: 'QUERY' },
        refused: [
          {
            code: 'FORBIDDEN',
            rule: '@requiresRole(role: [AUDITOR, ADMIN], of: VIEWER)',
            fields: ['Query.impersonationEvents'],
          },
        ],
        viewerId: 'user_sam',
        actorId: 'user_sam',
        ipAddress: '127.0.0.1',
      }),
    ]);
  });

  it('says it of operations that came before, too, and of those of nobody', async () => {
    const before = told(REFUSED).length;
    const sam = await gateway.token('user_sam');
    await gateway.graphql(sam, AUDITORS_QUERY);
    expect((await gateway.graphql(null, '{ orders { id } }')).codes).toEqual(['UNAUTHENTICATED']);
    const lines = told(REFUSED).slice(before);
    expect(lines.map(({ actorId, refused }) => [actorId, refused])).toEqual([
      ['user_sam', [expect.objectContaining({ fields: ['Query.impersonationEvents'] })]],
      [null, [{ code: 'UNAUTHENTICATED', rule: '@authenticated', fields: ['Query.orders'] }]],
    ]);
  });

  it('is filled by nobody: beyond so many a minute what is refused to one caller is counted, and told in one line', async () => {
    const carl = await gateway.token('user_carl');
    const [before, ofRequests] = [told(REFUSED).length, told(OF_THE_REQUEST).length];
    for (let again = 0; again < 20; again += 1) {
      await gateway.graphql(carl, AUDITORS_QUERY);
      await gateway.graphql('no.token.atall', '{ viewer { id } }');
    }
    expect(told(REFUSED).length - before).toBe(3);
    expect(told(OF_THE_REQUEST).length - ofRequests).toBeLessThanOrEqual(3);
    gateway.clock.advance(60_000);
    const leftOut = () =>
      told('more was refused than is logged one by one').map(({ caller, count }) => [caller, count]);
    await expect.poll(leftOut).toContainEqual(['actor:user_carl', 17]);
    expect(leftOut().map(([caller]) => caller)).toContain('address:127.0.0.1');
  });
});
