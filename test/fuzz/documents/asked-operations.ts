import fc from 'fast-check';
import { type GraphQLSchema, Lexer, Source, TokenKind } from 'graphql';
import { seededRandom } from '../../support/seeded-random.js';
import { deepJsonText, jsonText } from '../texts/json-text.js';
import { oddText } from '../texts/odd-text.js';
import { spoiled, spoilings } from '../texts/spoiled-text.js';
import { DocumentWriter } from './document-writer.js';

/** An operation as it is sent. */
export interface AskedOperation {
  readonly document: string;
  /** JSON texts, since what is sent need not be what JSON.stringify writes; null: not there. */
  readonly variables: string | null;
  readonly operationName: string | null;
  readonly extensions: string | null;
}

const LITTLE = [
  '{',
  '}',
  '(',
  ')',
  '...',
  'on',
  '@',
  '$',
  '!',
  ':',
  '=',
  '[',
  ']',
  '|',
  '"',
  '"""',
  '#',
  ',',
  'null',
  '-',
  '0',
  'fragment',
  'query',
  '__typename',
  '@skip(if: $x)',
];

/** Documents that are valid or nearly: of their tokens one is left out, doubled, exchanged or put in. */
function tokensChanged(text: string, changes: readonly (readonly [at: number, how: string, put: string])[]): string {
  const tokens: string[] = [];
  const lexer = new Lexer(new Source(text));
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    tokens.push(text.slice(token.start, token.end));
  }
  for (const [share, how, put] of changes) {
    const at = Math.floor(share * tokens.length);
    if (how === 'drop') tokens.splice(at, 1);
    else if (how === 'double') tokens.splice(at, 0, tokens[at] ?? '');
    else if (how === 'put') tokens.splice(at, 0, put);
    else if (how === 'replace') tokens[at] = put;
    else [tokens[at], tokens[at + 1]] = [tokens[at + 1] ?? '', tokens[at] ?? ''];
  }
  return tokens.join(' ');
}

const MANY = [
  `{ ${'viewer { id } '.repeat(300)}}`,
  `{ ${'a: viewer { id } '.repeat(100)}}`,
  `${'{ viewer '.repeat(100)}{ id }${' }'.repeat(100)}`,
  `query(${Array.from({ length: 150 }, (_, index) => `$a${index}: Int`).join(', ')}) { __typename }`,
  `{ viewer { ${'id '.repeat(3_000)}} }`,
  '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
  `{ viewer { id ${'@include(if: true) '.repeat(50)}} }`,
  'query { __schema { types { fields { type { fields { type { name } } } } } } }',
  `{ user(id: "${'\\u{1F680}'.repeat(300)}") { id } }`,
  `{ users(search: """${'"'.repeat(2)} \n""") { nodes { id } } }`,
  'subscription { a: impersonationEventRecorded { id } b: impersonationEventRecorded { id } }',
  'type Query { a: Int } { viewer { id } }',
  'query A { viewer { id } } query A { actor { id } }',
  '{ viewer { id: name } actor { id } ... @include(if: $x) { __typename } }',
];

/** Operations of the schema that is served, valid, nearly valid and not at all. */
export function askedOperations(schema: GraphQLSchema): fc.Arbitrary<AskedOperation> {
  const written = fc
    .integer({ min: 0, max: 0x7fffffff })
    .map((seed) => new DocumentWriter(schema, seededRandom(seed)).write());
  const change = fc.tuple(
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    fc.constantFrom('drop', 'double', 'put', 'replace', 'exchange'),
    fc.constantFrom(...LITTLE),
  );
  const document = fc.oneof(
    { arbitrary: written, weight: 14 },
    {
      arbitrary: fc
        .tuple(written, fc.array(change, { minLength: 1, maxLength: 2 }))
        .map(([{ text, variables }, changes]) => ({ text: tokensChanged(text, changes), variables })),
      weight: 3,
    },
    {
      arbitrary: fc
        .tuple(written, spoilings)
        .map(([{ text, variables }, changes]) => ({ text: spoiled(text, changes), variables })),
      weight: 2,
    },
    { arbitrary: fc.constantFrom(...MANY).map((text) => ({ text, variables: {} })), weight: 1 },
    {
      arbitrary: fc
        .array(oddText, { minLength: 1, maxLength: 6 })
        .map((parts) => ({ text: parts.join(' ') || ' ', variables: {} })),
      weight: 1,
    },
  );
  const mostly = <T>(usual: T, others: fc.Arbitrary<T>) =>
    fc.oneof({ arbitrary: fc.constant(usual), weight: 12 }, { arbitrary: others, weight: 1 });
  const anyVariables = fc.oneof(
    jsonText,
    deepJsonText,
    deepJsonText.map((deep) => `{"v0":${deep}}`),
    fc.tuple(jsonText, jsonText).map(([one, other]) => `{"v0":${one},"v1":${other}}`),
  );
  return fc
    .tuple(
      document,
      mostly<string | null>('theirs', fc.oneof(anyVariables, fc.constant(null))),
      mostly<string | null>(null, fc.oneof(fc.constantFrom('Main', 'Other', '', '__proto__', 'constructor'), oddText)),
      mostly<string | null>(null, fc.oneof(jsonText, deepJsonText)),
    )
    .map(([{ text, variables }, sent, operationName, extensions]) => {
      const members = Object.entries(variables).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
      return {
        document: text,
        variables: sent === 'theirs' ? `{${members.join(',')}}` : sent,
        operationName,
        extensions,
      };
    });
}

/** The body of the request. */
export function bodyOf({ document, variables, operationName, extensions }: AskedOperation): string {
  const members = [
    `"query":${JSON.stringify(document)}`,
    ...(variables === null ? [] : [`"variables":${variables}`]),
    ...(operationName === null ? [] : [`"operationName":${JSON.stringify(operationName)}`]),
    ...(extensions === null ? [] : [`"extensions":${extensions}`]),
  ];
  return `{${members.join(',')}}`;
}
