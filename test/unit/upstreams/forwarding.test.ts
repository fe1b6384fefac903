import type { Executor } from '@graphql-tools/utils';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/errors/index.js';
import type { ForwardedOperation } from '../../../src/upstreams/execution/forward.js';
import { forwardedDocument, forwardedOperation } from '../../../src/upstreams/execution/forward.js';
import { maskedExecutor } from '../../../src/upstreams/execution/mask-errors.js';
import { ownExecutor } from '../../../src/upstreams/execution/own-service.js';
import { placeErrors } from '../../../src/upstreams/execution/place-errors.js';
import { pruneDenied } from '../../../src/upstreams/execution/prune-denied.js';
import { ANONYMOUS } from '../policy/people.js';

const SCHEMA = buildSchema(`
  interface A { x: Int } interface B { x: Int } interface C { x: Int }
  type One implements A { x: Int } type Two implements A & B { x: Int } type Three implements B & C { x(of: Int): Int }
  type Query { a: A n(in: Int, of: String): Int three: Three }
`);

function pruned(text: string, ...denied: string[]): string {
  const document = parse(text);
  const operation = document.definitions[0] as OperationDefinitionNode;
  const fragments = Object.fromEntries(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const query = SCHEMA.getQueryType();
  if (query == null) throw new Error('no queries');
  const left = pruneDenied(SCHEMA, query, operation.selectionSet.selections, fragments, {}, (each) =>
    denied.includes(each),
  );
  const whole: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: left.selections } },
      ...left.fragments,
    ],
  };
  return print(whole).replace(/\s+/g, ' ');
}

describe('what is pruned', () => {
  it('asks an interface field of the permitted types alone', () => {
    expect(pruned('{ a { x } }', 'One.x')).toBe('{ a { ... on Two { x } __typename } }');
    expect(pruned('{ a { x } }', 'One.x', 'Two.x')).toBe('{ a { __typename } }');
  });

  it('asks it as it stands where the types that are denied cannot be met', () => {
    expect(pruned('{ a { ... on B { x } } }', 'Three.x')).toBe('{ a { ... on B { x } __typename } }');
    expect(pruned('{ a { ... on B { x } } }', 'One.x')).toBe('{ a { ... on B { x } __typename } }');
  });

  it('asks nothing where fragments in fragments leave no type', () => {
    expect(pruned('{ a { ... on B { ... on C { x } } } }', 'Three.x')).toBe('{ a { __typename } }');
  });

  it('keeps no fragment of which nothing is left, nor one that spreads itself', () => {
    expect(pruned('{ a { ...F } } fragment F on Two { x }', 'Two.x')).toBe('{ a { __typename } }');
    expect(pruned('{ a { ...F } } fragment F on Two { ...F }')).toBe('{ a { __typename } }');
    expect(pruned('{ a { ...F ...G } } fragment F on Two { x ...G } fragment G on A { x }')).toBe(
      '{ a { ...F ...G __typename } } fragment F on Two { x ...G_Two } fragment G_Two on Two { x } fragment G on A { x }',
    );
  });

  it('drops what the schema does not know', () => {
    expect(pruned('{ a { y ...F ... on Unknown { x } ...Missing } nothing } fragment F on Unknown { x }')).toBe(
      '{ a { __typename } }',
    );
  });

  it('settles conditions', () => {
    expect(pruned('{ a { ... on Two { x @skip(if: true) } x @include(if: true) } n @skip(if: true) }')).toBe(
      '{ a { x __typename } }',
    );
  });
});

describe('a forwarded operation', () => {
  async function forwardedBy(
    text: string,
    variables: Record<string, unknown>,
    isDenied: (coordinate: string) => boolean,
  ) {
    const found: (ForwardedOperation | unknown)[] = [];
    await execute({
      schema: SCHEMA,
      document: parse(text),
      variableValues: variables,
      fieldResolver: (_source, _args, _context, info) => {
        try {
          found.push(forwardedOperation(forwardedDocument(info, isDenied), info, { identity: ANONYMOUS }));
        } catch (error) {
          found.push(error);
        }
        return null;
      },
    });
    return found;
  }

  it('has the variables it uses, and no others', async () => {
    const [one] = (await forwardedBy(
      'query Q($a: Int, $b: String = "x", $c: Int!) { n(in: $a, of: $b) three { x(of: $c) } }',
      { a: 1, c: 2 },
      (coordinate) => coordinate === 'Three.x',
    )) as ForwardedOperation[];
    expect(one?.variables).toEqual({ a: 1, b: 'x' });
    expect(print(one?.forwarded.document as DocumentNode)).toContain('query Q($a: Int, $b: String = "x") {');
    const [, three] = (await forwardedBy(
      'query Q($a: Int, $c: Int!) { n(in: $a) three { __typename x(of: $c) } }',
      { a: 1, c: 2 },
      (coordinate) => coordinate === 'Three.x',
    )) as ForwardedOperation[];
    expect(three?.variables).toEqual({});
    expect(print(three?.forwarded.document as DocumentNode)).toContain('query Q {');
  });

  it('of which nothing is left is refused', async () => {
    const [error] = await forwardedBy('{ n }', {}, () => true);
    expect(error).toBeInstanceOf(GatewayError);
    expect(error).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('the errors of a result', () => {
  const error = (message: string, path?: (string | number)[]) => new GraphQLError(message, path ? { path } : {});

  it('stand where they left a null, the first of several', () => {
    const first = error('first', ['a', 0, 'b', 'c']);
    const second = error('second', ['a', 0, 'b', 'd']);
    expect(placeErrors({ data: { a: [{ b: null }, { b: null }] }, errors: [first, second] }, 'a')).toEqual([
      { b: first },
      { b: null },
    ]);
    expect(placeErrors({ data: null, errors: [first] }, 'a')).toBe(first);
  });

  it.each([
    ['without a path', undefined],
    ['of another field', ['b', 0, 'c']],
    ['that point at something that stands', ['a', 0, 'b']],
    ['that point nowhere', ['a', 7]],
  ])('%s are errors of the whole field', (_, path) => {
    const placed = placeErrors({ data: { a: [{ b: 1, c: null }] }, errors: [error('lost', path)] }, 'a');
    expect(placed).toBeInstanceOf(GraphQLError);
    expect(placed).toMatchObject({ message: 'lost', path: undefined });
  });
});

describe('the errors of a service', () => {
  it.each([
    ['BAD_USER_INPUT', 'BAD_USER_INPUT'],
    ['FORBIDDEN', 'FORBIDDEN'],
    ['TOKEN_INVALID', 'INTERNAL_SERVER_ERROR'],
    ['ANYTHING', 'INTERNAL_SERVER_ERROR'],
  ])('with the code %s are %s to the client, in our own words', async (code, expected) => {
    const failing = maskedExecutor((() => ({
      data: { a: null },
      errors: [new GraphQLError('at http://10.1.2.3/', { path: ['a'], extensions: { code, url: 'http://10.1.2.3/' } })],
    })) as Executor);
    const result = (await failing({ document: parse('{ a }') })) as { errors: GraphQLError[] };
    expect(JSON.stringify(result)).not.toContain('10.1.2.3');
    expect(result.errors[0]?.originalError).toMatchObject({ code: expected });
    expect(result.errors[0]?.path).toEqual(['a']);
  });
});

describe("the gateway's own entities", () => {
  it('are found by type and id; what is anything else is null, and nobody is asked for it', async () => {
    const asked: string[] = [];
    const executor = ownExecutor(buildSchema('type Query { u: U } type U { id: ID! }'), {
      U: (id) => {
        asked.push(id);
        return id === 'one' ? { id } : null;
      },
    });
    const representations = [
      { __typename: 'U', id: 'one' },
      { __typename: 'U', id: 'two' },
      { __typename: 'U', id: { $ne: '' } },
      { __typename: 'constructor', id: 'x' },
      { __typename: 'Query', id: 'x' },
      null,
      'U',
    ];
    const result = await executor({
      document: parse('query ($r: [_Any!]!) { _entities(representations: $r) { ... on U { id } } }'),
      variables: { r: representations.filter((each) => each !== null) },
    });
    expect(result).toEqual({ data: { _entities: [{ id: 'one' }, null, null, null, null, null] } });
    expect(asked).toEqual(['one', 'two']);
  });
});
