import { describe, expect, it } from 'vitest';
import { ada, direct } from '../policy/people.js';
import { codes, open, setUpTicking, under } from './ticking.js';

setUpTicking();

describe('while it cannot be confirmed who is in effect', () => {
  it('an impersonation can be ended, under any name and through any fragment', async () => {
    const { run, now } = open(under());
    now.unconfirmed = 'REVOCATION_UNAVAILABLE';
    for (const text of [
      'mutation { stopImpersonation }',
      'mutation { ...F } fragment F on Mutation { stopImpersonation }',
    ]) {
      expect(await run(text)).toMatchObject({ data: { stopImpersonation: 'stopped' } });
    }
    expect(await run('mutation { hello: stopImpersonation }')).toMatchObject({ data: { hello: 'stopped' } });
  });

  it.each([
    ['what is asked', '{ hello }'],
    ['what is changed', 'mutation { note }'],
    ['what is changed beside an end', 'mutation { stopImpersonation note }'],
    ['what is changed before an end', 'mutation { note stopImpersonation }'],
    ['what calls itself an end', 'mutation { stopImpersonation: note }'],
    ['what a fragment hides behind an end', 'mutation { stopImpersonation ...F } fragment F on Mutation { note }'],
    ['what is followed', 'subscription { tick { n } }'],
  ])('nothing else is done: %s', async (_, text) => {
    for (const identity of [under(), direct(ada)]) {
      const { run, now } = open(identity);
      now.unconfirmed = 'UPSTREAM_UNAVAILABLE';
      const result = await run(text);
      expect(codes(result)).toEqual(['UPSTREAM_UNAVAILABLE']);
      expect(JSON.stringify(result)).not.toMatch(/noted|stopped|world/);
    }
  });

  it('a start is refused and recorded as one, also beside an end: of who acts already as what it is, of others as what the trail lacks', async () => {
    for (const [identity, code] of [
      [under(), 'UPSTREAM_UNAVAILABLE'],
      [direct(ada), 'AUDIT_UNAVAILABLE'],
    ] as const) {
      const { run, now, denials } = open(identity);
      now.unconfirmed = 'UPSTREAM_UNAVAILABLE';
      expect(codes(await run('mutation { stopImpersonation startImpersonation(input: "x") }'))).toEqual([code]);
      expect(denials).toEqual([code]);
    }
  });
});
