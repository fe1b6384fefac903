import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { PreparedOperations } from '../../../src/http/graphql/prepared-operations.js';

const schema = buildSchema('type Query { viewer: String }');

function learn(prepared: PreparedOperations, query: string, name: string | null): void {
  const document = parse(query);
  const operation = getOperationAST(document, name);
  if (operation == null) throw new Error('there is no such operation');
  prepared.learn(query, name, document, operation, null);
}

describe('an operation', () => {
  it('is prepared once it came twice, and not before', () => {
    const prepared = new PreparedOperations(schema);
    const query = '{ viewer }';
    expect(prepared.find(query, null)).toBeNull();
    learn(prepared, query, null);
    expect(prepared.find(query, null)).toBeNull();
    learn(prepared, query, null);
    expect(prepared.find(query, null)?.operation.operation).toBe('query');
  });

  it('is found by the very text and the very name it came with, and by no other', () => {
    const prepared = new PreparedOperations(schema);
    const anonymous = '{ viewer }';
    const named = 'query A { viewer } query B { viewer }';
    for (let time = 0; time < 2; time += 1) {
      learn(prepared, anonymous, null);
      learn(prepared, named, 'A');
    }
    expect(prepared.find(named, 'A')?.operation.name?.value).toBe('A');
    for (const [query, name] of [
      [anonymous, ''],
      [anonymous, 'A'],
      [`${anonymous} `, null],
      [named, null],
      [named, ''],
      [named, 'B'],
      [named, 'a'],
      [named, '__proto__'],
    ] as const) {
      expect([query, name, prepared.find(query, name)]).toEqual([query, name, null]);
    }
  });
});
