import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/errors/index.js';
import { type RunningGateway, startGateway } from '../support/running-gateway.js';
import { checkCell } from './check-cell.js';
import {
  DELEGATED,
  DELEGATED_CLAIMS,
  DELEGATED_FIELDS,
  DEMANDING_DELEGATIONS,
  REFUSED_DELEGATIONS,
} from './delegations.js';
import { kindOf, OPERATIONS } from './operations.js';
import { POST, TRANSPORTS } from './transports.js';
import { WITHOUT_LIMITS } from './who.js';

const ISSUERS = { 'trusted for it': 'https://id.example', 'not trusted for it': 'https://other-id.example' } as const;
const AUDIENCE = 'https://api.example';

let folder: string;
let privateKey: CryptoKey;
let gateway: RunningGateway;
/** Demands a recent, strong sign-in of impersonators, and lets them begin to act for two people a minute. */
let demanding: RunningGateway;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'delegations-'));
  const pair = await generateKeyPair('ES256');
  privateKey = pair.privateKey;
  const jwks = path.join(folder, 'issuer.jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }] }));
  const trusted = Object.entries(ISSUERS).map(([trust, issuer]) => ({
    issuer,
    audience: AUDIENCE,
    jwks,
    algorithms: ['ES256'],
    acceptActorClaim: trust === 'trusted for it',
  }));
  const environment = { ...WITHOUT_LIMITS, TRUSTED_ISSUERS: JSON.stringify(trusted) };
  gateway = await startGateway({ environment });
  demanding = await startGateway({
    environment: {
      ...environment,
      STEP_UP_MAX_AUTH_AGE_SECONDS: '300',
      STEP_UP_REQUIRED_AMR: 'mfa',
      IMPERSONATION_STARTS_PER_MINUTE: '2',
    },
  });
  gateway.people.change('user_0001', { roles: ['ADMIN'], disabled: true });
});

afterAll(async () => {
  await gateway.stop();
  await demanding.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The authorization header of a token with these claims. */
async function bearerOf(issuer: keyof typeof ISSUERS, claims: object): Promise<string> {
  const token = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k', typ: 'at+jwt' })
    .setIssuer(ISSUERS[issuer])
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(privateKey);
  return `Bearer ${token}`;
}

describe.each(TRANSPORTS)('over $name', (transport) => {
  const rows = DELEGATED_FIELDS.filter(({ name }) => transport.serves.includes(kindOf(OPERATIONS[name])));

  describe.each(rows)('$name', ({ name, cells }) => {
    it.each(DELEGATED)('acting for %s', async (who) => {
      const operation = OPERATIONS[name];
      if (operation === undefined) throw new Error(`no operation is written for "${name}"`);
      const claims = DELEGATED_CLAIMS[who];
      const sender = { token: null, viewerId: String(claims.sub), actorId: 'user_ada', sessionId: null };
      const outcome = await transport.send({
        url: gateway.url,
        authorization: await bearerOf('trusted for it', claims),
        document: operation.document,
        variables: (await operation.variables?.(gateway, sender)) ?? {},
      });
      checkCell(cells[who], outcome, operation);
    });
  });
});

it('the actor stays visible beside the viewer', async () => {
  const authorization = await bearerOf('trusted for it', DELEGATED_CLAIMS['USER, full']);
  const { data } = await POST.send({ url: gateway.url, authorization, document: '{ viewer { id } actor { id } }' });
  expect(data).toEqual({ viewer: { id: 'user_cleo' }, actor: { id: 'user_ada' } });
});

it('what is done under it is on the record, under the actor', async () => {
  const authorization = await bearerOf('trusted for it', DELEGATED_CLAIMS['USER, full']);
  const document =
    'mutation Recorded { updateDeliveryNote(orderId: "order_user_cleo_1", note: "By the gate.") { id } }';
  expect((await POST.send({ url: gateway.url, authorization, document })).codes).toEqual([]);
  const { items } = await gateway.store.events.page(
    { operationName: 'Recorded' },
    { limit: 10, direction: 'backward' },
  );
  const told = items.map(({ type, actorId, subjectId, sessionId }) => [type, actorId, subjectId, sessionId]);
  expect(told.sort()).toEqual([
    ['OPERATION_ATTEMPTED', 'user_ada', 'user_cleo', null],
    ['OPERATION_COMPLETED', 'user_ada', 'user_cleo', null],
  ]);
});

it.each(REFUSED_DELEGATIONS)('a delegation %s refuses the whole request', async (_why, issuer, claims) => {
  const authorization = await bearerOf(issuer, claims);
  const outcome = await POST.send({ url: gateway.url, authorization, document: '{ viewer { id } actor { id } }' });
  expect([outcome.status, outcome.codes, outcome.data]).toEqual([401, ['TOKEN_INVALID'], null]);
});

describe('where more is demanded of impersonators', () => {
  const ago = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
  const ask = async (claims: object) =>
    POST.send({
      url: demanding.url,
      authorization: await bearerOf('trusted for it', claims),
      document: '{ viewer { id } }',
    });

  it.each(DEMANDING_DELEGATIONS)('a delegation %s: %s', async (_why, code, claims) => {
    const { status, codes, data } = await ask(claims(ago));
    const expected =
      code === 'yes' ? [200, [], { viewer: { id: 'user_cleo' } }] : [ERROR_CATALOGUE[code].status, [code], null];
    expect([status, codes, data]).toEqual(expected);
  });

  it('it is on record whom a refused one was about, and who was behind it', async () => {
    await ask({ sub: 'user_0002', act: { sub: 'user_ada' } });
    const { items } = await demanding.store.events.page(
      { types: ['IMPERSONATION_DENIED'], subjectId: 'user_0002' },
      { limit: 10, direction: 'backward' },
    );
    expect(items.map(({ body, actorId, sessionId }) => [JSON.parse(body).code, actorId, sessionId])).toEqual([
      ['STEP_UP_REQUIRED', 'user_ada', null],
    ]);
  });

  it('one more than may be started within a minute is refused, and those that go on are not', async () => {
    const act = { sub: 'user_grace', auth_time: ago(10), amr: ['mfa'] };
    const codes: string[] = [];
    for (const sub of ['user_0003', 'user_0004', 'user_0005', 'user_0003']) {
      codes.push((await ask({ sub, act })).codes.join() || 'yes');
    }
    expect(codes).toEqual(['yes', 'yes', 'RATE_LIMITED', 'yes']);
  });
});

it('people without a delegation are accepted from both issuers', async () => {
  for (const issuer of ['trusted for it', 'not trusted for it'] as const) {
    const authorization = await bearerOf(issuer, { sub: 'user_ada' });
    const { data } = await POST.send({ url: gateway.url, authorization, document: '{ viewer { id } }' });
    expect(data).toEqual({ viewer: { id: 'user_ada' } });
  }
});
