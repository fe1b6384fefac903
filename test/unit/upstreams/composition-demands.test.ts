import { describe, expect, it } from 'vitest';
import { ACTOR, ADMIN, FED, inForce, link, problems, SUPPORT } from './composing.js';

describe("Federation's scopes and policies", () => {
  const meanings = {
    scopes: new Map([
      ['a', ADMIN],
      ['b', SUPPORT],
      ['c', ACTOR],
    ]),
    policies: new Map([['vip', ACTOR]]),
  };
  const head = link(FED, '"@requiresScopes", "@policy"');

  it('are the roles that the configuration says they are', () => {
    const { rules } = inForce(
      {
        s: `${head} type Query {
          one: Int @requiresScopes(scopes: [["a"]])
          both: Int @requiresScopes(scopes: [["a", "c"]])
          either: Int @requiresScopes(scopes: [["a"], ["b"]])
          policy: Int @policy(policies: [["vip"]])
        }`,
      },
      meanings,
    );
    expect(rules).toEqual({
      'Query.one': 'A & ADMIN',
      'Query.both': 'A & ADMIN & actor AUDITOR',
      'Query.either': 'A & ADMIN|SUPPORT',
      'Query.policy': 'A & actor AUDITOR',
    });
  });

  it.each([
    [
      'no meaning',
      '@requiresScopes(scopes: [["a", "unknown"]])',
      'demands what the configuration gives no meaning under `scopes`: "unknown"',
    ],
    [
      'no meaning as a policy',
      '@policy(policies: [["a"]])',
      'demands what the configuration gives no meaning under `policies`: "a"',
    ],
    ['nothing in them', '@requiresScopes(scopes: [[]])', 'has an empty list in `scopes`'],
    [
      'alternatives about different people',
      '@requiresScopes(scopes: [["a"], ["c"]])',
      'offers alternatives about the viewer and about the actor',
    ],
  ])('with %s are refused', (_, use, message) => {
    const [problem] = problems({ s: `${head} type Query { x: Int ${use} }` }, meanings);
    expect(problem).toContain(`s, Query.x: @`);
    expect(problem).toContain(message);
  });
});
