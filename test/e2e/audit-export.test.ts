import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anchorFile, exportFile, readGatewayKeys, type Verdict, verifyTrail } from '../../src/audit/verify/index.js';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { ExportAnswer } from '../support/export-request.js';
import { type ExportSetting, exportSetting } from '../support/export-setting.js';
import type { RunningGateway } from '../support/running-gateway.js';

let setting: ExportSetting;
let gateway: RunningGateway;

beforeAll(async () => {
  setting = await exportSetting();
  gateway = setting.gateway;
});

afterAll(async () => {
  await setting.clear();
});

const idsOf = ({ lines }: ExportAnswer) =>
  lines.filter((line) => !line.startsWith('{"manifest"')).map((line) => bodyOf(line).id);
const bodyOf = (line: string) => {
  const { chain, sequence, body } = JSON.parse(line);
  return { ...JSON.parse(body), id: `${chain}:${String(sequence).padStart(12, '0')}` };
};
async function eventsOf(type: StoredEvent['type']): Promise<readonly StoredEvent[]> {
  return (await gateway.store.events.page({ types: [type] }, { limit: 500, direction: 'forward' })).items;
}
/** Until the newest event is sealed and the seal is in the anchor file, whose text it gives. */
async function anchoredSeals(): Promise<string> {
  const [newest] = (await gateway.store.events.page({}, { limit: 1, direction: 'forward' })).items;
  for (let tries = 0; tries < 400; tries += 1) {
    const text = await readFile(path.join(setting.directory, 'anchors.log'), 'utf8').catch(() => '');
    const seals = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(JSON.parse(line).body));
    const stretches = seals.flatMap(({ chains }) => chains as { chain: string; to: number }[]);
    if (stretches.some(({ chain, to }) => chain === newest?.chain && to >= newest.sequence)) return text;
    await pause(50);
  }
  throw new Error('nothing is sealed');
}
async function verify(answer: ExportAnswer, anchors?: string): Promise<Verdict> {
  const file = path.join(setting.directory, 'taken.ndjson');
  await writeFile(file, answer.text);
  const keys = readGatewayKeys(await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json());
  return verifyTrail({ events: exportFile(file), anchors: anchors === undefined ? [] : [anchorFile(anchors)], keys });
}

describe('what is exported', () => {
  it('verifies as a whole with the anchors and the public keys, its own event included', async () => {
    const anchors = path.join(setting.directory, 'anchors-before.log');
    await writeFile(anchors, await anchoredSeals());
    const answer = await setting.exported();
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'audit-export-partial': 'false',
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers['content-disposition']).toMatch(/^attachment; filename="audit-\d{8}T\d{6}Z\.ndjson"$/);
    const own = answer.lines.map(bodyOf).find(({ request }) => request.id === answer.headers['x-request-id']);
    expect(own).toMatchObject({
      type: 'AUDIT_EXPORTED',
      outcome: 'SUCCESS',
      actor: { id: 'user_audrey' },
      subject: null,
    });
    expect(await verify(answer, anchors)).toMatchObject({ verdict: 'HOLDS', total: 0 });
  });

  it('is recorded with format and filter before a byte of it leaves', async () => {
    const answer = await setting.exported('?format=ecs&actorId=user_ada&occurredAfter=2026-01-01T00:00:00Z');
    const [event] = (
      await gateway.store.events.page(
        { requestId: String(answer.headers['x-request-id']) },
        { limit: 2, direction: 'forward' },
      )
    ).items;
    expect(JSON.parse(JSON.parse(event?.details?.text ?? '').variables)).toEqual({
      format: 'ecs',
      filter: { actorId: 'user_ada', occurredAfter: Date.UTC(2026, 0, 1) },
    });
  });

  it.each([
    ['types=IMPERSONATION_STARTED,OPERATION_COMPLETED', { types: ['IMPERSONATION_STARTED', 'OPERATION_COMPLETED'] }],
    ['outcome=FAILURE', { outcome: 'FAILURE' }],
    ['actorId=user_ada&types=OPERATION_DENIED', { actorId: 'user_ada', types: ['OPERATION_DENIED'] }],
    ['subjectId=user_carl', { subjectId: 'user_carl' }],
    ['operationName=Mine', { operationName: 'Mine' }],
    ['operationName=', { operationName: '' }],
    ['occurredBefore=2020-01-01T00:00:00Z', { occurredBefore: '2020-01-01T00:00:00Z' }],
    ['sessionId=SESSION', { sessionId: 'SESSION' }],
    ['requestId=REQUEST', { requestId: 'REQUEST' }],
    ['occurredAfter=TIME', { occurredAfter: 'TIME' }],
  ])('by %s is what the query finds by the same filter, and verifies as a part', async (query, filter) => {
    const [some] = await eventsOf('OPERATION_COMPLETED');
    const fill = (text: string) =>
      text
        .replace('SESSION"', `${some?.sessionId}"`)
        .replace('REQUEST"', `${some?.requestId}"`)
        .replace('TIME"', `${new Date(some?.occurredAt ?? 0).toISOString()}"`);
    const filled = JSON.parse(fill(JSON.stringify(filter)));
    const parameters = new URLSearchParams(query);
    for (const [name, value] of Object.entries(filled)) parameters.set(name, String(value));
    const answer = await setting.exported(`?${parameters}`);
    const { data, codes } = await gateway.graphql(
      await gateway.token('user_audrey'),
      'query ($filter: ImpersonationEventFilter) { impersonationEvents(filter: $filter, first: 500) { nodes { id requestId } } }',
      { filter: filled },
    );
    expect(codes).toEqual([]);
    expect(idsOf(answer)).toEqual(data.impersonationEvents.nodes.map(({ id }: { id: string }) => id).sort());
    expect(answer.headers['audit-export-partial']).toBe('true');
    const verdict = await verify(answer, path.join(setting.directory, 'anchors.log'));
    expect(verdict).toMatchObject({ verdict: 'PARTIAL', total: 0, events: idsOf(answer).length });
  });

  it('is a CSV file in which a reason that is a formula is none', async () => {
    const answer = await setting.exported('?format=csv');
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.lines[0]).toMatch(/^id,chain,sequence,/);
    expect(answer.text).toContain(",'=cmd(),T-1,");
    expect(answer.text).not.toMatch(/,=cmd/);
  });

  it('is NDJSON of ECS documents', async () => {
    const { lines, headers } = await setting.exported('?format=ecs&types=IMPERSONATION_STARTED&subjectId=user_carl');
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { user: { id: 'user_grace', effective: { id: 'user_carl' } }, source: { ip: '127.0.0.1' } },
    ]);
  });

  it.each([
    'format=xml',
    'types=NOTHING',
    'occurredAfter=now',
    'actorId=a&actorId=b',
    'limit=1',
    'access_token=x',
    'actorId=%0d%0aSet-Cookie:%20a=b&x%0d%0ay=1',
  ])('is nothing, and leaves no event, where it is asked for by %s', async (query) => {
    const before = await eventsOf('AUDIT_EXPORTED');
    const { status, codes, headers } = await setting.exported(`?${query}`);
    expect({ status, codes, cookie: headers['set-cookie'] }).toEqual({
      status: 400,
      codes: ['BAD_USER_INPUT'],
      cookie: undefined,
    });
    expect(await eventsOf('AUDIT_EXPORTED')).toHaveLength(before.length);
  });

  it('skips nothing that was there when it began, while twenty write', async () => {
    let writing = true;
    const admin = await gateway.token('user_ada');
    const writers = Array.from({ length: 20 }, async () => {
      while (writing) await gateway.graphql(admin, '{ impersonationEvents(first: 1) { nodes { id } } }');
    });
    try {
      for (let round = 0; round < 3; round += 1) {
        const before = new Set<string>();
        for (const chain of await gateway.store.events.chains()) {
          for (const { id } of await gateway.store.events.chain(chain, 0, 100_000)) before.add(id);
        }
        const answer = await setting.exported();
        const ids = idsOf(answer);
        for (const id of ids) before.delete(id);
        expect([...before]).toEqual([]);
        expect(ids).toEqual([...ids].sort());
        expect(await verify(answer)).toMatchObject({ total: 0 });
      }
    } finally {
      writing = false;
      await Promise.all(writers);
    }
  });
});
