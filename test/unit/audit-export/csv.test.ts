import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_HEADER, csvRow, neutralised } from '../../../src/audit/export/csv.js';
import { eventWithBody, operationEvent } from './events.js';

/** A reader after RFC 4180, written for these tests alone. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at <= text.length) {
    let value = '';
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (at >= text.length) throw new Error('an open quote');
        if (text[at] !== '"') value += text[at];
        else if (text[at + 1] === '"') {
          value += '"';
          at += 1;
        } else break;
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== ',' && !text.startsWith('\r\n', at)) {
        if (text[at] === '"' || text[at] === '\r' || text[at] === '\n') throw new Error('it should be quoted');
        value += text[at];
        at += 1;
      }
    }
    row.push(value);
    if (text[at] === ',') at += 1;
    else if (at === text.length || text.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else throw new Error('something follows a quoted cell');
  }
  return rows;
}

function cellsOf(row: string): Record<string, string> {
  const [names = [], values = [], ...more] = parseCsv(`${CSV_HEADER}\r\n${row}`);
  expect(more).toEqual([]);
  expect(values).toHaveLength(names.length);
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
}

describe('a row of a CSV export', () => {
  it('has the columns documented, in their order', () => {
    expect(CSV_HEADER).toBe(
      'id,chain,sequence,occurredAt,type,outcome,code,count,actorId,actorIssuer,actorAuthTime,actorAmr,subjectId,sessionId,' +
        'access,sessionStartedAt,sessionExpiresAt,operationName,operationType,operationFields,documentHash,errorCodes,' +
        'durationMs,requestId,traceparent,ipAddress,userAgent,reason,ticket,variables,detailsErased,gapFrom,gapUntil,' +
        'gapLost,gatewayInstance,gatewayVersion,previousHash,hash,upstreams,anomalyKind,' +
        'anomalyThreshold,anomalyWindowSeconds,anomalyCodes,prunedArchive,holdId',
    );
  });

  it('tells all there is of an event', () => {
    const details = {
      reason: 'a "case"',
      ticket: 'T-1',
      ipAddress: '203.0.113.7',
      userAgent: 'curl, 8',
      variables: '{"a":1}',
    };
    const event = operationEvent(details);
    expect(cellsOf(csvRow(event))).toMatchObject({
      ...details,
      id: 'chain-a:000000000000',
      chain: 'chain-a',
      sequence: '0',
      occurredAt: '2026-01-31T12:00:00.000Z',
      type: 'OPERATION_COMPLETED',
      outcome: 'FAILURE',
      code: 'FORBIDDEN',
      count: '3',
      actorId: 'user_ada',
      actorIssuer: 'https://issuer.example',
      actorAmr: 'pwd',
      subjectId: 'user_cleo',
      sessionId: 'session-1',
      access: 'READ_ONLY',
      operationName: 'Orders',
      operationType: 'QUERY',
      operationFields: 'Query.orders',
      errorCodes: '',
      durationMs: '1.5',
      traceparent: '',
      detailsErased: 'false',
      gapLost: '',
      gatewayInstance: 'gateway-1',
      hash: Buffer.from(event.hash).toString('hex'),
      previousHash: Buffer.from(event.previousHash).toString('hex'),
    });
  });

  it('has each thing that an event can tell in the column named for it, and in no other', () => {
    const body = {
      code: 'a-code',
      count: 7,
      actor: { id: 'x', issuer: 'an-issuer', authTime: 1_767_225_000, amr: ['pwd', 'otp'] },
      session: { id: 'x', access: 'an-access', startedAt: 'started', expiresAt: 'expires' },
      operation: {
        name: 'x',
        type: 'a-type',
        fields: ['A.b', 'C.d'],
        documentHash: 'a-document',
        errorCodes: ['E1', 'E2'],
        durationMs: 2.5,
        upstreams: ['orders', 'shipping'],
      },
      request: { id: 'x', traceparent: 'a-traceparent' },
      gap: { from: 'gap-from', until: 'gap-until', lost: 11 },
      gateway: { instance: 'an-instance', version: 'a-version' },
      anomaly: { kind: 'a-kind', threshold: 12, windowSeconds: 13, codes: ['C1', 'C2'] },
      pruned: { archive: { sha256: 'an-archive' } },
      hold: { id: 'a-hold' },
    };
    const details = {
      ipAddress: 'an-ip',
      userAgent: 'an-agent',
      reason: 'a-reason',
      ticket: 'a-ticket',
      variables: 'vars',
    };
    const event = eventWithBody(JSON.stringify(body), { ...operationEvent(details), requestId: 'a-request' });
    expect(cellsOf(csvRow({ ...event, body: JSON.stringify(body) }))).toEqual({
      id: 'chain-a:000000000000',
      chain: 'chain-a',
      sequence: '0',
      occurredAt: '2026-01-31T12:00:00.000Z',
      type: 'OPERATION_COMPLETED',
      outcome: 'FAILURE',
      code: 'a-code',
      count: '7',
      actorId: 'user_ada',
      actorIssuer: 'an-issuer',
      actorAuthTime: '1767225000',
      actorAmr: 'pwd otp',
      subjectId: 'user_cleo',
      sessionId: 'session-1',
      access: 'an-access',
      sessionStartedAt: 'started',
      sessionExpiresAt: 'expires',
      operationName: 'Orders',
      operationType: 'a-type',
      operationFields: 'A.b C.d',
      documentHash: 'a-document',
      errorCodes: 'E1 E2',
      durationMs: '2.5',
      requestId: 'a-request',
      traceparent: 'a-traceparent',
      ...details,
      detailsErased: 'false',
      gapFrom: 'gap-from',
      gapUntil: 'gap-until',
      gapLost: '11',
      gatewayInstance: 'an-instance',
      gatewayVersion: 'a-version',
      previousHash: Buffer.from(event.previousHash).toString('hex'),
      hash: Buffer.from(event.hash).toString('hex'),
      upstreams: 'orders shipping',
      anomalyKind: 'a-kind',
      anomalyThreshold: '12',
      anomalyWindowSeconds: '13',
      anomalyCodes: 'C1 C2',
      prunedArchive: 'an-archive',
      holdId: 'a-hold',
    });
  });

  it('shows what somebody has put in the place of a text as it is there, and quotes what some readers would trim', () => {
    const body = '{"code":{"a":1},"actor":{"issuer":" x","amr":"x "},"session":{"access":"x y"}}';
    const row = csvRow(eventWithBody(body));
    expect(cellsOf(row)).toMatchObject({ code: '{"a":1}', actorIssuer: ' x', actorAmr: 'x ', access: 'x y' });
    expect(row).toContain('," x",');
    expect(row).toContain(',"x ",');
    expect(row).toContain(',x y,');
  });

  it('lists the upstreams of an operation, and none of one that asked none', () => {
    expect(cellsOf(csvRow(operationEvent()))).toMatchObject({ upstreams: '' });
    const body = '{"operation":{"upstreams":["orders","shipping"]}}';
    expect(cellsOf(csvRow(eventWithBody(body)))).toMatchObject({ upstreams: 'orders shipping' });
  });

  it('shows that details were erased, and an event that was edited beyond reading', () => {
    expect(cellsOf(csvRow({ ...operationEvent({ reason: 'gone' }), details: null }))).toMatchObject({
      detailsErased: 'true',
      reason: '',
    });
    for (const body of [
      'not JSON',
      'null',
      '[]',
      '{"actor":5,"session":"x","operation":{"fields":7},"gateway":null}',
    ]) {
      expect(cellsOf(csvRow(eventWithBody(body, { occurredAt: Number.MAX_SAFE_INTEGER })))).toMatchObject({
        id: 'chain-a:000000000000',
        occurredAt: '',
        type: 'OPERATION_COMPLETED',
      });
    }
  });

  it('comes back whole whatever text is in it, but for the apostrophes that make formulas harmless', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (reason) => {
        expect(cellsOf(csvRow(operationEvent({ reason }))).reason).toBe(neutralised(reason));
        expect(neutralised(reason).replaceAll("'", '')).toBe(reason.replaceAll("'", ''));
      }),
    );
  });
});

describe('a text that a spreadsheet would take for a formula', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    "=cmd|'/c calc'!A1",
    ' =1',
    '\u00a0=1',
    '\u3000=1',
    '\ufeff=1',
    '\u200b=1',
    '"=1',
    "'=1",
    '\0=1',
    '\tx',
    '\rx',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    ' ＝1',
  ])('begins with an apostrophe: %j', (text) => {
    expect(neutralised(text)).toBe(`'${text}`);
  });

  it.each([
    ['\t=1', "'\t'=1"],
    ['\r\n=1', "'\r\n'=1"],
    ['see;=1', "see;'=1"],
    ['a\n=1', "a\n'=1"],
    ['a\t@x', "a\t'@x"],
    ['a; "-1', 'a; "\'-1'],
    ['a|＝1', "a|'＝1"],
  ])('does not hide behind another separator: %j', (text, harmless) => {
    expect(neutralised(text)).toBe(harmless);
  });

  it.each(['', 'a=1', 'a - b', '1-2', 'user_ada', "it's", '{"a":-1}', '2026-01-31', 'a@b.example'])(
    'is none of these, which stay as they are: %j',
    (text) => {
      expect(neutralised(text)).toBe(text);
    },
  );

  it('costs no more than its length, whatever is done to it', () => {
    const text = `x${'\t'.repeat(2_000_000)}`;
    expect(neutralised(text)).toBe(text);
  });

  it('is harmless in every column that people choose the text of', () => {
    const formula = '=HYPERLINK("http://evil.example","click")';
    const names = ['reason', 'ticket', 'ipAddress', 'userAgent', 'variables'];
    const event = operationEvent(Object.fromEntries(names.map((name) => [name, formula])), {
      name: formula,
      subject: formula,
    });
    const cells = cellsOf(csvRow(event));
    for (const name of [...names, 'operationName', 'subjectId']) expect(cells[name], name).toBe(`'${formula}`);
  });
});
