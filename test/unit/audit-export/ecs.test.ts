import { describe, expect, it } from 'vitest';
import { ecsLine } from '../../../src/audit/export/ecs.js';
import { EVENT_TYPES } from '../../../src/domain/audit-event.js';
import { eventWithBody, operationEvent } from './events.js';

/** What the schema lets `event.type` be for each `event.category` used here. */
const EXPECTED_TYPES: Readonly<Record<string, readonly string[]>> = {
  authentication: ['start', 'end', 'info'],
  session: ['start', 'end', 'info'],
  intrusion_detection: ['allowed', 'denied', 'info'],
  api: ['access', 'admin', 'allowed', 'change', 'creation', 'deletion', 'denied', 'end', 'info', 'start', 'user'],
};

/** As requests have them. */
const REQUEST_ID = '01939c3e-1111-7abc-8def-0123456789ab';

describe('an event as an ECS document', () => {
  it('names the actor as the user and the subject as the user in effect', () => {
    const event = operationEvent({ reason: 'a case', ticket: 'T-1', ipAddress: '2001:db8::1', userAgent: 'curl/8' });
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const body = event.body.replace('"traceparent":null', `"traceparent":"00-${trace}-b7ad6b7169203331-01"`);
    expect(JSON.parse(ecsLine({ ...event, body }))).toEqual({
      '@timestamp': '2026-01-31T12:00:00.000Z',
      ecs: { version: '8.17.0' },
      event: {
        kind: 'event',
        module: 'impersonation_gateway',
        dataset: 'impersonation_gateway.audit',
        category: ['api'],
        type: ['access', 'end'],
        action: 'operation-completed',
        outcome: 'failure',
        code: 'FORBIDDEN',
        reason: 'a case',
        duration: 1_500_000,
        id: 'chain-a:000000000000',
        sequence: 0,
        hash: Buffer.from(event.hash).toString('hex'),
      },
      user: { id: 'user_ada', effective: { id: 'user_cleo' } },
      related: { user: ['user_ada', 'user_cleo'], ip: ['2001:db8::1'] },
      source: { ip: '2001:db8::1', address: '2001:db8::1' },
      user_agent: { original: 'curl/8' },
      http: { request: { id: 'request-chain-a-0' } },
      trace: { id: trace },
      service: {
        name: 'impersonation-gateway',
        type: 'impersonation-gateway',
        version: '0.1.0',
        node: { name: 'gateway-1' },
      },
      impersonation: {
        chain: 'chain-a',
        previous_hash: Buffer.from(event.previousHash).toString('hex'),
        count: 3,
        details_erased: false,
        ticket: 'T-1',
        actor: { issuer: 'https://issuer.example', auth_time: 1_767_225_000, amr: ['pwd'] },
        session: {
          id: 'session-1',
          access: 'READ_ONLY',
          started_at: '2026-01-31T11:59:59.000Z',
          expires_at: '2026-01-31T12:10:00.000Z',
        },
        operation: {
          name: 'Orders',
          type: 'QUERY',
          fields: ['Query.orders'],
          document_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    });
  });

  it.each(EVENT_TYPES)('puts %s into categories with the types that belong to them', (type) => {
    const { event } = JSON.parse(ecsLine({ ...operationEvent(), type }));
    expect(event.action).toBe(type.toLowerCase().replaceAll('_', '-'));
    const allowed = (event.category as string[]).flatMap((category) => EXPECTED_TYPES[category] ?? []);
    expect(event.category.length * event.type.length).toBeGreaterThan(0);
    expect(event.type.filter((one: string) => !allowed.includes(one))).toEqual([]);
  });

  it('leaves out what is not known instead of writing null, and an address that is none', () => {
    const text = ecsLine({ ...operationEvent({ ipAddress: 'fe80::1%eth0' }), actorId: null, subjectId: null });
    expect(text).not.toMatch(/null|\{\}|\[\]/);
    expect(JSON.parse(text)).not.toHaveProperty('source');
    expect(JSON.parse(text)).not.toHaveProperty('user');
    expect(JSON.parse(ecsLine({ ...operationEvent({ reason: 'x' }), details: null }))).toMatchObject({
      impersonation: { details_erased: true },
    });
  });

  it('names the upstreams of an operation, and the trace that began here for them', () => {
    const operation = { upstreams: ['orders', 'shipping'] };
    const trace = (body: object) => JSON.parse(ecsLine(eventWithBody(JSON.stringify(body), { requestId: REQUEST_ID })));
    expect(trace({ operation, request: { traceparent: null } })).toMatchObject({
      trace: { id: REQUEST_ID.replaceAll('-', '') },
      impersonation: { operation },
    });
    const sent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    expect(trace({ operation, request: { traceparent: sent } }).trace).toEqual({ id: 'ab'.repeat(16) });
    expect(trace({ operation: {}, request: { traceparent: null } })).not.toHaveProperty('trace');
  });

  it('is an alert where the gateway itself has found something odd, and of an operation under way has no duration', () => {
    const kindOf = (type: (typeof EVENT_TYPES)[number]) =>
      JSON.parse(ecsLine({ ...operationEvent(), type })).event.kind;
    expect(EVENT_TYPES.filter((type) => kindOf(type) === 'alert')).toEqual(['ANOMALY_DETECTED']);
    const underWay = JSON.parse(ecsLine(eventWithBody('{"operation":{"name":"Note","durationMs":null}}')));
    expect(underWay.event).not.toHaveProperty('duration');
  });

  it.each(['unknown', '203.0.113.7, 198.51.100.1', 'fe80::1%eth0', 5, { ip: '203.0.113.7' }])(
    'has no address %j, for which the whole document would be turned away',
    (ipAddress) => {
      const details = { salt: new Uint8Array(16), text: JSON.stringify({ ipAddress }) };
      const document = JSON.parse(ecsLine({ ...operationEvent(), details }));
      expect(document).not.toHaveProperty('source');
      expect(document.related).not.toHaveProperty('ip');
    },
  );

  it.each([
    `x00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
    `00-${'AB'.repeat(16)}-${'cd'.repeat(8)}-01`,
    `01-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
    [`00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`],
  ])('has no trace of %j, which is no traceparent', (traceparent) => {
    expect(JSON.parse(ecsLine(eventWithBody(JSON.stringify({ request: { traceparent } }))))).not.toHaveProperty(
      'trace',
    );
  });

  it('is still a document of an event that was edited beyond reading', () => {
    for (const body of ['not JSON', 'null', '{"actor":5,"request":{"traceparent":9},"operation":{"durationMs":"x"}}']) {
      const document = JSON.parse(ecsLine(eventWithBody(body, { occurredAt: 9e15 })));
      expect(document).toMatchObject({ event: { id: 'chain-a:000000000000', outcome: 'failure' } });
      expect(document).not.toHaveProperty('@timestamp');
    }
    const type = 'constructor' as (typeof EVENT_TYPES)[number];
    expect(JSON.parse(ecsLine({ ...operationEvent(), type })).event.category).toEqual(['api']);
  });
});
