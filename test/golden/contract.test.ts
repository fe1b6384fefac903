import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createShop } from '../../examples/shop/index.js';
import { deviations } from './deviations.js';
import { servedSchema } from './served-schema.js';
import { signatures } from './signatures.js';

const SDL = readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8');
const contract = buildSchema(SDL);

describe('the public GraphQL contract', () => {
  it("is kept by the gateway's own schema: nothing of it is missing or changed", () => {
    expect(deviations(contract, servedSchema())).toEqual([]);
  });

  it('is kept where an application adds its own schema', () => {
    expect(deviations(contract, servedSchema(createShop()))).toEqual([]);
  });

  it('is large enough to be the whole of it: every type, field, argument and value counts', () => {
    expect(signatures(contract).size).toBe(200);
  });
});

/** One edit of the contract's SDL each, and what is to be said of a schema that differs in this way. */
const CHANGES: readonly [what: string, from: string, to: string, deviation: string][] = [
  ['a removed field', 'avatarUrl: String', '', 'User.avatarUrl is missing'],
  [
    'a removed argument',
    'stopImpersonation(sessionId: ID)',
    'stopImpersonation',
    'stopImpersonation(sessionId:) is missing',
  ],
  ['a removed enum value', 'AUDIT_GAP', '', 'ImpersonationEventType.AUDIT_GAP is missing'],
  ['a removed type', 'avatarUrl: String', 'avatarUrl: [Edge]', 'User.avatarUrl is "[Edge]"'],
  ['a renamed field', 'actorToken: String!', 'token: String!', 'StartImpersonationPayload.actorToken is missing'],
  ['output that became nullable', 'email: String!', 'email: String', 'User.email is "String", not "String!"'],
  ['output that became non-null', 'avatarUrl: String', 'avatarUrl: String!', 'User.avatarUrl is "String!"'],
  [
    'input that became required',
    'ticket: String\n  durationSeconds',
    'ticket: String!\n  durationSeconds',
    'StartImpersonationInput.ticket is "String!"',
  ],
  [
    'another default of an argument',
    'role: Role, first: Int = 20',
    'role: Role, first: Int = 21',
    'Query.users(first:) is "Int = 21"',
  ],
  [
    'another default of an input field',
    '= READ_ONLY',
    '= FULL',
    'StartImpersonationInput.access is "ImpersonationAccess = FULL"',
  ],
  [
    'a guard taken away',
    ': ID!): User @requiresRole(role: [SUPPORT, AUDITOR, ADMIN])',
    ': ID!): User',
    'Query.user is "User", not',
  ],
  [
    'a guard that lets more in',
    'StartImpersonationPayload! @requiresRole(role: ADMIN)',
    'StartImpersonationPayload! @requiresRole(role: [ADMIN, SUPPORT])',
    'Mutation.startImpersonation is',
  ],
  ['a guard of another principal', 'of: ACTOR)', 'of: VIEWER)', 'Mutation.stopImpersonation is'],
  ['a guard added', 'viewer: User\n', 'viewer: User @authenticated\n', 'Query.viewer is "User @authenticated"'],
  [
    'a guard added to a type',
    'type User {',
    'type User @authenticated {',
    'User is "GraphQLObjectType @authenticated"',
  ],
  ['another default of a directive', '= VIEWER)', '= ACTOR)', '@requiresRole(of:) is "Principal! = ACTOR"'],
  [
    'a directive that stands elsewhere',
    '@authenticated on FIELD_DEFINITION | OBJECT | INTERFACE',
    '@authenticated on FIELD_DEFINITION | OBJECT',
    '@authenticated is "directive on FIELD_DEFINITION | OBJECT"',
  ],
  ['a directive that cannot be repeated', 'VIEWER) repeatable on', 'VIEWER) on', '@requiresRole is'],
  [
    'a new argument that is required',
    'user(id: ID!)',
    'user(id: ID!, tenant: ID!)',
    'Query.user(tenant:) is new and required',
  ],
  [
    'a new input field that is required',
    'input RevokeImpersonationInput {',
    'input RevokeImpersonationInput { code: Int!',
    'RevokeImpersonationInput.code is new and required',
  ],
];

/** Additions: nobody who relies on the contract notices. */
const ADDITIONS: readonly [what: string, from: string, to: string][] = [
  ['a field', 'avatarUrl: String', 'avatarUrl: String phone: String'],
  ['an optional argument', 'user(id: ID!)', 'user(id: ID!, tenant: ID)'],
  ['a required argument with a default', 'user(id: ID!)', 'user(id: ID!, tenant: ID! = "x")'],
  ['an optional input field', 'input RevokeImpersonationInput {', 'input RevokeImpersonationInput { code: Int'],
  ['a role', 'enum Role {', 'enum Role { COURIER'],
  ['a root field that needs an argument', 'viewer: User\n', 'viewer: User order(id: ID!): ID\n'],
  ['a description', 'avatarUrl: String', '"Where a picture is." avatarUrl: String'],
];

function edited(from: string, to: string) {
  expect(SDL.split(from), `"${from}" stands once in the contract`).toHaveLength(2);
  return buildSchema(`${SDL.replace(from, () => to)}\ntype Edge { cursor: String! }`);
}

describe('the comparison', () => {
  it.each(CHANGES)('reports %s', (_what, from, to, deviation) => {
    const found = deviations(contract, edited(from, to));
    expect(found.filter((line) => line.includes(deviation))).toHaveLength(1);
  });

  it.each(ADDITIONS)('allows %s to be added', (_what, from, to) => {
    expect(deviations(contract, edited(from, to))).toEqual([]);
  });
});
