import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import { askExport } from '../support/export-request.js';
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

const token = (id: string) => gateway.token(id);

describe('who may export', () => {
  interface Row {
    readonly who: string;
    readonly credential: () => Promise<string | null>;
    readonly status: number;
    readonly code: string | null;
    readonly challenge?: string;
    /** The event that the attempt leaves. */
    readonly leaves?: readonly [type: StoredEvent['type'], code: string | null];
  }
  const INVALID = 'Bearer error="invalid_token"';
  const ROWS: readonly Row[] = [
    { who: 'nobody', credential: async () => null, status: 401, code: 'UNAUTHENTICATED', challenge: 'Bearer' },
    { who: 'a USER', credential: () => token('user_cleo'), status: 403, code: 'FORBIDDEN' },
    { who: 'SUPPORT', credential: () => token('user_sam'), status: 403, code: 'FORBIDDEN' },
    {
      who: 'an AUDITOR',
      credential: () => token('user_audrey'),
      status: 200,
      code: null,
      leaves: ['AUDIT_EXPORTED', null],
    },
    { who: 'an ADMIN', credential: () => token('user_ada'), status: 200, code: null, leaves: ['AUDIT_EXPORTED', null] },
    {
      who: 'a disabled person',
      credential: () => token('user_dora'),
      status: 401,
      code: 'TOKEN_INVALID',
      challenge: INVALID,
    },
    {
      who: 'an ADMIN acting as a customer',
      credential: async () => (await gateway.impersonate('user_ada', 'user_cleo')).actorToken,
      status: 403,
      code: 'FORBIDDEN',
      leaves: ['OPERATION_DENIED', 'FORBIDDEN'],
    },
    {
      who: 'an ADMIN whose impersonation has ended',
      async credential() {
        const { actorToken } = await gateway.impersonate('user_ada', 'user_cleo');
        await gateway.graphql(actorToken, 'mutation { stopImpersonation { session { id } } }');
        return actorToken;
      },
      status: 401,
      code: 'IMPERSONATION_ENDED',
      challenge: INVALID,
      leaves: ['OPERATION_DENIED', 'IMPERSONATION_ENDED'],
    },
    {
      who: 'whoever has something that is no token',
      credential: async () => 'x.y.z',
      status: 401,
      code: 'TOKEN_INVALID',
      challenge: INVALID,
    },
    {
      who: 'an AUDITOR whose token has expired',
      async credential() {
        const old = await token('user_audrey');
        gateway.clock.advance(12 * 3_600_000 + 6_000);
        return old;
      },
      status: 401,
      code: 'TOKEN_EXPIRED',
      challenge: INVALID,
    },
  ];

  it.each(ROWS)('$who: $status $code', async ({ credential, status, code, challenge, leaves }) => {
    const sent = await credential();
    const before = await gateway.store.events.page({}, { limit: 500, direction: 'forward' });
    const answer = await askExport(gateway.url, sent, { query: '?format=csv&types=AUDIT_GAP' });
    expect({ status: answer.status, codes: answer.codes }).toEqual({ status, codes: code === null ? [] : [code] });
    expect(answer.headers['www-authenticate']).toBe(challenge);
    expect(answer.headers['cache-control']).toBe('no-store');
    if (code !== null) expect(answer.headers['content-disposition']).toBeUndefined();
    const after = await gateway.store.events.page({}, { limit: 500, direction: 'forward' });
    const known = new Set(before.items.map(({ id }) => id));
    // What the clock brings about by itself is not this request's.
    const left = after.items.filter(({ id, type }) => !known.has(id) && type !== 'IMPERSONATION_EXPIRED');
    expect(left.map(({ type, body }) => [type, JSON.parse(body).code])).toEqual(leaves === undefined ? [] : [leaves]);
  });

  it('says which role is missing, and whose', async () => {
    const { text } = await setting.exported('', 'user_sam');
    expect(JSON.parse(text).errors[0].extensions).toEqual({
      code: 'FORBIDDEN',
      requires: { role: ['AUDITOR', 'ADMIN'], of: 'VIEWER' },
    });
  });

  it('is asked by GET alone', async () => {
    for (const method of ['HEAD', 'POST', 'PUT', 'DELETE']) {
      const response = await fetch(`${gateway.url}/audit/export`, {
        method,
        headers: { authorization: `Bearer ${await token('user_ada')}` },
      });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
    }
  });
});
