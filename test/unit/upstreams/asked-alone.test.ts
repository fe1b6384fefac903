import type { Executor } from '@graphql-tools/utils';
import { buildSchema, type ExecutionResult, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { askedAlone } from '../../../src/upstreams/execution/asked-alone.js';

const schema = buildSchema(`
  scalar JSON
  type Query { node: Node nodes: [[Node]] person: Person json: JSON hit: Hit }
  interface Node { id: ID! }
  type Person implements Node { id: ID! name: String secret: String friend: Person json: JSON }
  type Parcel implements Node { id: ID! secret: String }
  union Hit = Person | Parcel
`);

/** What is left of an answer to the question. */
async function left(query: string, data: unknown, operationName?: string): Promise<unknown> {
  const executor = askedAlone((async () => ({ data })) as unknown as Executor, schema);
  const request = { document: parse(query), ...(operationName === undefined ? {} : { operationName }) };
  return ((await executor(request)) as ExecutionResult).data;
}

describe('of what a service answers, what it was not asked for is left out', () => {
  it.each<[string, string, unknown, unknown]>([
    [
      'beside it',
      '{ person { id } }',
      { person: { id: '1', name: 'Ada', roles: ['ADMIN'] }, node: { id: '2' } },
      { person: { id: '1' } },
    ],
    [
      'under the names of fields, where aliases were asked',
      '{ person { n: name } }',
      { person: { name: 'Ada' } },
      { person: {} },
    ],
    [
      'in lists, and in lists of lists',
      '{ nodes { id } }',
      { nodes: [[{ id: '1', secret: 's' }, null], null] },
      { nodes: [[{ id: '1' }, null], null] },
    ],
    [
      'in what is asked in several places',
      '{ person { friend { id } } ...F } fragment F on Query { person { friend { name } } }',
      { person: { friend: { id: '1', name: 'n', secret: 's' } } },
      { person: { friend: { id: '1', name: 'n' } } },
    ],
    [
      'of one type, where it was asked of another',
      '{ node { __typename ... on Parcel { secret } ... on Node { id } ...P } hit { ...P } } fragment P on Person { name }',
      {
        node: { __typename: 'Person', id: '1', secret: 's', name: 'n' },
        hit: { __typename: 'Person', secret: 's', name: 'n' },
      },
      { node: { __typename: 'Person', id: '1', name: 'n' }, hit: { name: 'n' } },
    ],
  ])('%s', async (_, query, data, kept) => {
    expect(await left(query, data)).toEqual(kept);
  });

  it.each<[string, string, unknown]>([
    [
      'values of scalars, whatever they are',
      '{ json person { json } }',
      { json: { a: [{ b: 1 }] }, person: { json: [{ c: 2 }] } },
    ],
    ['nulls', '{ person { name } node { id } }', { person: { name: null }, node: null }],
    [
      'what has the wrong form, to be found wanting later',
      '{ person { name } nodes { id } }',
      { person: 3, nodes: { id: 'x' } },
    ],
    [
      'what is of a type by another name than the others know it by',
      '{ node { __typename ... on Person { name } } }',
      { node: { __typename: 'Node', name: 'n' } },
    ],
    ['an answer that is none', '{ person { id } }', null],
  ])('and nothing else: %s', async (_, query, data) => {
    expect(await left(query, data)).toEqual(data);
  });

  it('of the operation that was asked for', async () => {
    const query = 'query A { person { id } } query B { person { name } }';
    expect(await left(query, { person: { id: '1', name: 'n' } }, 'B')).toEqual({ person: { name: 'n' } });
  });

  it('of each event of a stream', async () => {
    async function* events() {
      yield { data: { person: { id: '1', name: 'n' } } };
      yield { data: null, errors: [] };
    }
    const executor = askedAlone((async () => events()) as unknown as Executor, schema);
    const found: unknown[] = [];
    for await (const event of (await executor({ document: parse('{ person { id } }') })) as AsyncIterable<unknown>) {
      found.push(event);
    }
    expect(found).toEqual([{ data: { person: { id: '1' } } }, { data: null, errors: [] }]);
  });
});
