import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLInputObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compileRules } from '../../../directives/compile.js';
import { DIRECTIVES } from '../../../directives/index.js';
import { FILTER_PARAMETERS, readExportParameters } from '../../../src/audit/export/export-parameters.js';
import { AUDIT_EXPORT_USAGE, readAuditExportOptions } from '../../../src/commands/audit-export.js';
import { GatewayError } from '../../../src/errors/index.js';
import { EXPORT_RULE } from '../../../src/policy/index.js';

const SCHEMA = buildSchema(
  ['base', 'viewer', 'impersonation', 'audit']
    .map((name) => readFileSync(new URL(`../../../schema/${name}.graphql`, import.meta.url), 'utf8'))
    .join('\n'),
);
const read = (query: string) => readExportParameters(new URLSearchParams(query));

function refusalOf(work: () => unknown): GatewayError {
  try {
    work();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the parameters of an export', () => {
  it('are those of the GraphQL filter, by name', () => {
    const input = SCHEMA.getType('ImpersonationEventFilter') as GraphQLInputObjectType;
    expect([...FILTER_PARAMETERS]).toEqual(Object.keys(input.getFields()));
  });

  it('may be used by exactly those whom the schema lets read the trail', () => {
    const rules = compileRules(SCHEMA, DIRECTIVES, { nested: [], always: [] });
    expect(EXPORT_RULE).toEqual(rules.fields.get('Query.impersonationEvents'));
  });

  it('ask for the whole trail as NDJSON where there are none', () => {
    expect(read('')).toEqual({ format: 'ndjson', filter: {} });
  });

  it('give types one by one or in a list, each once', () => {
    const types = ['AUDIT_READ', 'OPERATION_DENIED', 'AUDIT_GAP'];
    for (const query of [
      'types=AUDIT_READ,OPERATION_DENIED&types=AUDIT_GAP',
      'types=AUDIT_READ,OPERATION_DENIED,AUDIT_READ,AUDIT_GAP',
    ]) {
      expect(read(query).filter).toEqual({ types });
    }
  });

  it('mean what they say, to the character', () => {
    const query =
      'format=ecs&outcome=FAILURE&actorId=a%2Cb&subjectId=&sessionId=%20s&requestId=r%0D%0Ar&operationName=%C3%BC' +
      '&occurredAfter=2026-01-31T12:00:00%2B02:00&occurredBefore=2026-01-31T12:00:00.5Z';
    expect(read(query)).toEqual({
      format: 'ecs',
      filter: {
        outcome: 'FAILURE',
        actorId: 'a,b',
        subjectId: '',
        sessionId: ' s',
        requestId: 'r\r\nr',
        operationName: 'ü',
        occurredAfter: Date.UTC(2026, 0, 31, 10),
        occurredBefore: Date.UTC(2026, 0, 31, 12, 0, 0, 500),
      },
    });
  });

  it.each([
    ['format=xml', 'format'],
    ['format=', 'format'],
    ['format=CSV', 'format'],
    ['format=csv&format=csv', 'format'],
    ['types=', 'types'],
    ['types=AUDIT_READ,', 'types'],
    ['types=audit_read', 'types'],
    ['types=AUDIT_READ OPERATION_DENIED', 'types'],
    ['types=toString', 'types'],
    ['outcome=success', 'outcome'],
    ['outcome=SUCCESS,FAILURE', 'outcome'],
    ['outcome=SUCCESS&outcome=SUCCESS', 'outcome'],
    ['actorId=a&actorId=b', 'actorId'],
    ['occurredAfter=yesterday', 'occurredAfter'],
    ['occurredAfter=2026-02-30T00:00:00Z', 'occurredAfter'],
    ['occurredBefore=1767225600000', 'occurredBefore'],
    ['occurredBefore=', 'occurredBefore'],
    ['actorid=a', 'actorid'],
    ['actor_id=a', 'actor_id'],
    ['access_token=secret', 'access_token'],
    ['first=10', 'first'],
    ['__proto__=x', undefined],
    ['actorId[]=x', undefined],
    ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyX2FkYSJ9.c2lnbmF0dXJlLXNlY3JldA=x', undefined],
  ])('are refused where they are %s, by the name of the one that is wrong', (query, field) => {
    const { code, extensions, message } = refusalOf(() => read(query));
    expect({ code, field: extensions.field }).toEqual({ code: 'BAD_USER_INPUT', field });
    expect(message).not.toMatch(/secret|eyJ/);
  });
});

describe('the options of the command', () => {
  it('are the same parameters in another spelling, each shown in the usage', () => {
    const values: Readonly<Record<string, string>> = {
      format: 'csv',
      types: 'AUDIT_READ,AUDIT_GAP',
      outcome: 'SUCCESS',
      occurredAfter: '2026-01-01T00:00:00Z',
      occurredBefore: '2026-01-02T00:00:00Z',
    };
    const names = ['format', ...FILTER_PARAMETERS];
    const flags = names.map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
    const argv = names.flatMap((name, at) => [flags[at] ?? '', values[name] ?? `the-${name}`]);
    const query = new URLSearchParams(names.map((name) => [name, values[name] ?? `the-${name}`]));
    expect(readAuditExportOptions([...argv, '--out', 'file'])).toEqual({
      out: 'file',
      order: readExportParameters(query),
    });
    for (const flag of flags) expect(AUDIT_EXPORT_USAGE).toContain(`${flag} `);
  });

  it.each([
    [['--outcome', 'maybe'], '`--outcome` must be one of SUCCESS, FAILURE, UNKNOWN.'],
    [['--actor-id', 'a', '--actor-id', 'b'], '`--actor-id` may be given once.'],
    [['--actorId', 'a'], 'actorId'],
    [['trail.ndjson'], 'trail.ndjson'],
    [['--out'], 'out'],
  ])('refuse %s', (argv, sentence) => {
    expect(() => readAuditExportOptions(argv)).toThrow(sentence);
  });
});
