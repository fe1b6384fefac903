import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openChain } from '../../../src/audit/chain.js';
import { detailsHash, encodeBody, encodeDetails, eventHash, eventId, genesisHash } from '../../../src/audit/format.js';
import type { EventDraft, EventOperation } from '../../../src/domain/audit-event.js';
import { draft, EPOCH, expectValidChains, requestIds } from './drafts.js';

const GATEWAY = { instance: 'replica-1', version: '1.2.3' };
const CHAIN = '00000000-0000-4000-8000-000000000000';
const SALT = Uint8Array.from({ length: 16 }, (_, n) => n);
const sha256 = (...parts: (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

const full: EventDraft = draft('request-1', {
  type: 'OPERATION_COMPLETED',
  outcome: 'FAILURE',
  code: null,
  occurredAt: EPOCH + 123,
  count: 2,
  operation: {
    name: 'Rename',
    type: 'MUTATION',
    fields: ['Mutation.renameProject', 'Mutation.tag'],
    documentHash: 'ab'.repeat(32),
    errorCodes: ['FORBIDDEN'],
    durationMs: 12.5,
  },
  request: { id: 'request-1', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  details: {
    userAgent: 'curl/8',
    variables: '{"id":"\u00e9"}',
    reason: 'why \ud83d\ude80',
    ipAddress: '::1',
    ticket: 'T-1',
  },
});

const FULL_DETAILS =
  '{"reason":"why \ud83d\ude80","ticket":"T-1","ipAddress":"::1","userAgent":"curl/8","variables":"{\\"id\\":\\"\u00e9\\"}"}';
const FULL_BODY =
  '{"version":1,"chain":"00000000-0000-4000-8000-000000000000","sequence":7,"occurredAt":"2026-01-01T00:00:00.123Z",' +
  '"type":"OPERATION_COMPLETED","outcome":"FAILURE","code":null,"count":2,' +
  '"actor":{"id":"user_ada","issuer":"https://id.example","authTime":1767225000,"amr":["pwd","otp"]},' +
  '"subject":{"id":"user_cleo"},' +
  '"session":{"id":"session-1","access":"READ_ONLY","startedAt":"2026-01-01T00:00:00.000Z","expiresAt":"2026-01-01T00:10:00.000Z"},' +
  '"operation":{"name":"Rename","type":"MUTATION","fields":["Mutation.renameProject","Mutation.tag"],' +
  `"documentHash":"${'ab'.repeat(32)}","errorCodes":["FORBIDDEN"],"durationMs":12.5},` +
  '"request":{"id":"request-1","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},' +
  '"gateway":{"instance":"replica-1","version":"1.2.3"},"detailsHash":"DIGEST"}';
const BARE_BODY =
  '{"version":1,"chain":"c","sequence":0,"occurredAt":"1970-01-01T00:00:00.000Z","type":"AUDIT_READ","outcome":"SUCCESS",' +
  '"code":"FORBIDDEN","count":1,"actor":null,"subject":null,"session":null,"operation":null,' +
  '"request":{"id":"r","traceparent":null},"gateway":{"instance":"replica-1","version":"1.2.3"},"detailsHash":""}';

describe('the byte formats of the trail', () => {
  it('write a body as exactly this text', () => {
    const place = { chain: CHAIN, sequence: 7, occurredAt: full.occurredAt };
    expect(encodeBody(full, place, GATEWAY, 'DIGEST')).toBe(FULL_BODY);
  });

  it('write the upstreams of an operation as its last member, and no such member where there were none', () => {
    const place = { chain: CHAIN, sequence: 7, occurredAt: full.occurredAt };
    const asked = { ...full, operation: { ...(full.operation as EventOperation), upstreams: ['orders', 'shipping'] } };
    expect(encodeBody(asked, place, GATEWAY, 'DIGEST')).toBe(
      FULL_BODY.replace('"durationMs":12.5}', '"durationMs":12.5,"upstreams":["orders","shipping"]}'),
    );
  });

  it('write what is absent as null, and the time of the chain rather than that of the draft', () => {
    const bare = draft('r', {
      type: 'AUDIT_READ',
      code: 'FORBIDDEN',
      actor: null,
      subjectId: null,
      session: null,
      occurredAt: EPOCH,
    });
    expect(encodeBody(bare, { chain: 'c', sequence: 0, occurredAt: 0 }, GATEWAY, '')).toBe(BARE_BODY);
  });

  it('write a body as JSON.stringify would, whatever texts and numbers it holds, the first time and again', () => {
    const texts = ['', '"', '\\', '\u0000\u001f\u007f', '\u2028é🚀', '\ud800', '__proto__'];
    for (const text of texts) {
      for (const number of [0, 1.5, -1, 1e21, Number.NaN]) {
        const awkward: EventDraft = {
          ...full,
          code: text,
          count: number,
          subjectId: text,
          actor: { id: text, issuer: text, authTime: number, amr: [text, text] },
          session: { id: text, access: 'FULL', startedAt: 0, expiresAt: EPOCH },
          operation: {
            name: text,
            type: 'QUERY',
            fields: [text],
            documentHash: text,
            errorCodes: [text],
            durationMs: number,
          },
          request: { id: text, traceparent: text },
        };
        const gateway = { instance: text, version: text };
        const place = { chain: 'c', sequence: 1, occurredAt: EPOCH };
        const { actor, subjectId, session, operation, request } = awkward;
        const expected = JSON.stringify({
          version: 1,
          ...place,
          occurredAt: new Date(EPOCH).toISOString(),
          type: awkward.type,
          outcome: awkward.outcome,
          code: text,
          count: number,
          actor,
          subject: { id: subjectId },
          session: { ...session, startedAt: new Date(0).toISOString(), expiresAt: new Date(EPOCH).toISOString() },
          operation,
          request,
          gateway,
          detailsHash: text,
        });
        for (const _ of [1, 2]) expect(encodeBody(awkward, place, gateway, text)).toBe(expected);
      }
    }
  });

  it('take nothing into the body that a caller has slipped into a part of the draft', () => {
    const slipped = { ...full, actor: { ...full.actor, email: 'ada@example.com' }, extra: 1 } as unknown as EventDraft;
    expect(encodeBody(slipped, { chain: CHAIN, sequence: 7, occurredAt: full.occurredAt }, GATEWAY, 'DIGEST')).toBe(
      FULL_BODY,
    );
  });

  it('write details in one order, whatever order they came in, and leave out what is absent', () => {
    expect(encodeDetails(full)).toBe(FULL_DETAILS);
    expect(encodeDetails(draft('r'))).toBe('{}');
    expect(encodeDetails(draft('r', { details: { ticket: 'T' } }))).toBe('{"ticket":"T"}');
  });

  it('name an event by its chain and twelve digits', () => {
    expect(eventId('c', 0)).toBe('c:000000000000');
    expect(eventId('c', 999_999_999_999)).toBe('c:999999999999');
  });

  it('hash by the formulas of the specification', () => {
    expect(genesisHash(CHAIN).toString('hex')).toBe(sha256(`impersonation-gateway/genesis/v1\n${CHAIN}`));
    const previous = genesisHash(CHAIN);
    expect(eventHash(previous, FULL_BODY).toString('hex')).toBe(
      sha256('impersonation-gateway/event/v1\n', previous, Buffer.from(FULL_BODY, 'utf8')),
    );
    expect(detailsHash(SALT, FULL_DETAILS)).toBe(sha256(SALT, Buffer.from(FULL_DETAILS, 'utf8')));
  });

  it('have not changed since they were fixed', () => {
    const body = FULL_BODY.replace('DIGEST', detailsHash(SALT, FULL_DETAILS));
    expect(genesisHash(CHAIN).toString('hex')).toBe('765d4befa631482c0cedbf078c90605c99767e047e9707decc22ed762d5a4557');
    expect(detailsHash(SALT, FULL_DETAILS)).toBe('4d09c11aa01e1692e794d8400c33352548f250ecb25366a7a8ebe3d0402a34d1');
    expect(eventHash(genesisHash(CHAIN), body).toString('hex')).toBe(
      '5581cd8cdc6adf99eedd8cd7a1947a6a4e4ed11b9067debeb9e483122fb9867d',
    );
  });
});

describe('a chain', () => {
  it('gives the same places until it is told that the events are durable, and then the next', () => {
    const chain = openChain(GATEWAY);
    const first = chain.extend([draft('a'), draft('b')]);
    const again = chain.extend([draft('a'), draft('b')]);
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    chain.advance(first);
    const second = chain.extend([draft('c')]);
    chain.advance(second);
    expect(expectValidChains([...first, ...second])).toBe(1);
    chain.advance([]);
    expect(chain.extend([draft('d')])[0]?.sequence).toBe(3);
  });

  it('salts the details of each event anew, so that equal details cannot be recognised', () => {
    const events = openChain(GATEWAY).extend(
      Array.from({ length: 50 }, () => draft('r', { details: { reason: 'x' } })),
    );
    expect(new Set(events.map(({ details }) => Buffer.from(details?.salt ?? []).toString('hex'))).size).toBe(50);
    expect(new Set(events.map(({ body }) => JSON.parse(body).detailsHash)).size).toBe(50);
  });

  it('projects exactly what the body says', () => {
    const [event] = openChain(GATEWAY).extend([full]);
    expect(event).toMatchObject({
      occurredAt: EPOCH + 123,
      type: 'OPERATION_COMPLETED',
      outcome: 'FAILURE',
      actorId: 'user_ada',
      subjectId: 'user_cleo',
      sessionId: 'session-1',
      requestId: 'request-1',
      operationName: 'Rename',
      details: { text: FULL_DETAILS },
    });
    const [bare] = openChain(GATEWAY).extend([draft('r', { actor: null, subjectId: null, session: null })]);
    expect(bare).toMatchObject({ actorId: null, subjectId: null, sessionId: null, operationName: null });
    expect(requestIds(openChain(GATEWAY).extend([draft('1'), draft('2')]))).toEqual(['1', '2']);
  });

  it('has an id of its own', () => {
    expect(new Set(Array.from({ length: 100 }, () => openChain(GATEWAY).id)).size).toBe(100);
  });
});
