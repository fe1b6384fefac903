import { expect } from 'vitest';
import { createProver, type ProofOf, type Prover } from '../support/prover.js';
import { noteSecret } from '../support/record.js';
import { base64url, forge, type JsonRecord } from '../unit/tokens/forge.js';
import type { AttackGroup } from './attack.js';
import type { Ground } from './ground.js';
import { START, STOP, startInput, WHO } from './moves.js';
import { connect } from './socket.js';
import { JSON_TYPE, send, type WireAnswer } from './wire.js';

type Header = readonly [name: string, value: string];
const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const owner = createProver();
const thief = createProver();

/** A session token that only the holder of the key can use. */
async function boundToken({ gateway }: Ground, userId: string, to: Prover = owner): Promise<string> {
  const issued = await gateway.developmentIssuer()?.issue(userId, to.thumbprint);
  if (issued === undefined) throw new Error('this gateway has no development issuer');
  noteSecret('token', issued.token);
  return issued.token;
}

/** A proof for `POST /graphql`, unless it is said otherwise. */
function proof(ground: Ground, token: string, of: Partial<ProofOf> = {}, by: Prover = owner): Header {
  const right = { method: 'POST', url: `${ground.url}/graphql`, token, now: ground.clock.now() };
  return ['dpop', by.proof({ ...right, ...of })];
}

const dpop = (token: string): Header => ['authorization', `DPoP ${token}`];

async function post(ground: Ground, headers: readonly Header[], query = WHO, variables = {}): Promise<WireAnswer> {
  return send(ground.url, { headers: [JSON_TYPE, ...headers], body: JSON.stringify({ query, variables }) });
}

/** Each refuses the whole request: HTTP 401, a challenge of the scheme, not a word of data. */
async function allRefused(ground: Ground, all: readonly (readonly Header[])[]): Promise<readonly WireAnswer[]> {
  const answers: WireAnswer[] = [];
  for (const [at, headers] of all.entries()) {
    const answer = await post(ground, headers);
    expect([at, answer.status, answer.body?.data]).toEqual([at, 401, undefined]);
    expect(answer.headers['www-authenticate']).toMatch(/^DPoP error="invalid_(token|dpop_proof)", algs="/);
    answers.push(answer);
  }
  return answers;
}

/** A control: the owner of the key comes in by this very token. */
async function letsOwnerIn(ground: Ground, token: string, viewerId: string): Promise<void> {
  const answer = await post(ground, [dpop(token), proof(ground, token)]);
  expect(answer.body?.data).toMatchObject({ viewer: { id: viewerId } });
}

/** An impersonation that was begun by a bound token. */
async function boundActorToken(ground: Ground): Promise<string> {
  const token = await boundToken(ground, 'user_ada');
  const { body } = await post(ground, [dpop(token), proof(ground, token)], START, startInput('user_cleo'));
  const data = body?.data as { startImpersonation: { actorToken: string } } | undefined;
  const actorToken = data?.startImpersonation.actorToken;
  if (actorToken === undefined) throw new Error('the start was refused');
  noteSecret('token', actorToken);
  return actorToken;
}

function withClaims(token: string, change: (claims: Record<string, unknown>) => void): string {
  const [header = '', body = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  change(claims);
  return [header, base64url(JSON.stringify(claims)), signature].join('.');
}

export const senderConstraint: AttackGroup = {
  file: 'sender-constraint.ts',
  title: 'stolen tokens that are bound to a key',
  attacks: [
    {
      id: 'A231',
      title: 'a stolen bound token sent as an ordinary one: by POST, GET, event stream, WebSocket, for an export',
      threat: 'what its issuer bound to one sender is good in the hands of everybody',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const token = await boundToken(ground, 'user_ada');
        await letsOwnerIn(ground, token, 'user_ada');
        const bearer: Header = ['authorization', `Bearer ${token}`];
        const query = `?query=${encodeURIComponent(WHO)}`;
        const asked = [
          { method: 'GET', path: `/graphql${query}`, headers: [bearer, ['apollo-require-preflight', 'x']] },
          { method: 'GET', path: `/graphql/stream${query}`, headers: [bearer, ['accept', 'text/event-stream']] },
          { method: 'PUT', path: '/graphql/stream', headers: [bearer] },
          { method: 'GET', path: '/audit/export?format=ndjson', headers: [bearer] },
        ] as const;
        const answers = [...(await allRefused(ground, [[bearer], [['authorization', `bearer  ${token}`]]]))];
        for (const wire of asked) answers.push(await send(ground.url, wire));
        for (const { status } of answers) expect(status).toBe(401);
        const sockets = [
          await connect(ground.url, { params: { authorization: `Bearer ${token}` } }),
          await connect(ground.url, { params: { authorization: token } }),
          await connect(ground.url, { headers: { authorization: `Bearer ${token}` } }),
        ];
        return [...answers, ...(await Promise.all(sockets.map(({ closed }) => closed)))];
      },
    },
    {
      id: 'A232',
      title: 'a stolen bound token with a proof by the thief’s own key, or one that names the owner’s',
      threat: 'anybody can make a proof: what counts is by which key',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const token = await boundToken(ground, 'user_ada');
        await letsOwnerIn(ground, token, 'user_ada');
        const { jwk } = owner;
        const headers: JsonRecord[] = [
          {},
          { jwk },
          { jwk: { ...thief.jwk, ...jwk } },
          { jwk: thief.jwk, kid: owner.thumbprint },
          { jwk: undefined, kid: owner.thumbprint },
          { jwk: undefined, jku: `${ground.url}/.well-known/jwks.json` },
        ];
        const proofs = headers.map((header) => proof(ground, token, { header }, thief));
        const confirmed = proof(ground, token, { claims: { cnf: { jkt: owner.thumbprint } } }, thief);
        return allRefused(
          ground,
          [...proofs, confirmed].map((each) => [dpop(token), each]),
        );
      },
    },
    {
      id: 'A233',
      title: 'a proof that was seen on its way: again, with another request, with another token, much later',
      threat: 'who reads one request can send others',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const token = await boundToken(ground, 'user_ada');
        const seen = proof(ground, token);
        expect((await post(ground, [dpop(token), seen])).status).toBe(200);
        const unused = proof(ground, token);
        const renewed = await boundToken(ground, 'user_audrey');
        const answers = [
          ...(await allRefused(ground, [
            [dpop(token), seen],
            [dpop(renewed), unused],
          ])),
        ];
        const elsewhere = [
          { method: 'GET', path: `/graphql?query=${encodeURIComponent(WHO)}` },
          { method: 'GET', path: '/audit/export' },
          { method: 'POST', path: '/graphql/stream', body: JSON.stringify({ query: WHO }) },
          { method: 'PUT', path: '/graphql/stream' },
        ];
        for (const wire of elsewhere) {
          const headers = [
            JSON_TYPE,
            ['apollo-require-preflight', 'x'],
            ['accept', 'text/event-stream'],
            dpop(token),
            unused,
          ] as const;
          const answer = await send(ground.url, { ...wire, headers });
          expect([wire.path, answer.status]).toEqual([wire.path, 401]);
          answers.push(answer);
        }
        const socket = await connect(ground.url, { params: { authorization: `DPoP ${token}`, dpop: unused[1] } });
        // Refused each time, it was never used up: what stands against it now is its age alone.
        ground.clock.advance(66_000);
        answers.push(...(await allRefused(ground, [[dpop(token), unused]])));
        const ahead = proof(ground, token, { now: ground.clock.now() + 30_000 });
        return [...answers, ...(await allRefused(ground, [[dpop(token), ahead]])), await socket.closed];
      },
    },
    {
      id: 'A234',
      title: 'proofs that prove nothing: unsigned, by a shared secret, with the private key in them, by a weak key',
      threat: 'a proof that anybody could have made is taken for one of the owner’s',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const token = await boundToken(ground, 'user_ada');
        await letsOwnerIn(ground, token, 'user_ada');
        const claims = JSON.parse(Buffer.from(proof(ground, token)[1].split('.')[1] ?? '', 'base64url').toString());
        const { jwk } = owner;
        const typ = 'dpop+jwt';
        const secret = JSON.stringify(jwk);
        const forged = [
          forge({ typ, alg: 'none', jwk }, claims, { with: 'nothing' }),
          `${forge({ typ, alg: 'none', jwk }, claims, { with: 'nothing' })}AA`,
          forge({ typ, alg: 'HS256', jwk }, claims, { with: 'HS256', secret }),
          forge({ typ, alg: 'HS256', jwk: { kty: 'oct', k: base64url(secret) } }, claims, { with: 'HS256', secret }),
          forge({ typ, alg: 'ES256', jwk }, claims, { with: 'nothing' }),
          forge({ typ: 'JWT', alg: 'ES256', jwk }, claims, owner.signer),
          forge({ typ, alg: 'ES256', jwk: owner.privateJwk }, claims, owner.signer),
          token,
        ];
        const weak = createProver('RS256', 1_024);
        const weakly = await boundToken(ground, 'user_ada', weak);
        return [
          ...(await allRefused(
            ground,
            forged.map((each): Header[] => [dpop(token), ['dpop', each]]),
          )),
          ...(await allRefused(ground, [[dpop(weakly), proof(ground, weakly, {}, weak)]])),
        ];
      },
    },
    {
      id: 'A235',
      title: 'two proofs at once: two headers, one header with both, one in the header and one in the parameters',
      threat: 'whoever stands in front looks at the one, and the gateway at the other',
      codes: ['TOKEN_INVALID'],
      trail: [],
      async run(ground) {
        const token = await boundToken(ground, 'user_ada');
        const right = () => proof(ground, token);
        const wrong = () => proof(ground, token, {}, thief);
        const answers = await allRefused(ground, [
          [dpop(token), right(), wrong()],
          [dpop(token), wrong(), right()],
          [dpop(token), right(), right()],
          [dpop(token), ['DPoP', right()[1]], ['dpop', '']],
          [dpop(token), ['dpop', `${right()[1]}, ${right()[1]}`]],
          [dpop(token), dpop(token), right()],
          [dpop(token), ['authorization', `Bearer ${token}`], right()],
        ]);
        const forSocket = () => proof(ground, token, { method: 'GET' })[1];
        const sockets = [
          await connect(ground.url, {
            headers: { dpop: forSocket() },
            params: { authorization: `DPoP ${token}`, dpop: forSocket() },
          }),
          await connect(ground.url, {
            headers: { authorization: `DPoP ${token}`, dpop: forSocket() },
            params: { authorization: `Bearer ${token}` },
          }),
          await connect(ground.url, { params: { authorization: `DPoP ${token}`, dpop: [forSocket()] } }),
          await connect(ground.url, { params: { dpop: forSocket() } }),
        ];
        return [...answers, ...(await Promise.all(sockets.map(({ closed }) => closed)))];
      },
    },
    {
      id: 'A236',
      title: 'a stolen actor token of an impersonation that was begun by a bound token',
      threat: 'what a thief of the session token may not do, a thief of the actor token may',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, 'OPERATION_DENIED TOKEN_INVALID ada>cleo ×4', 'OPERATION_COMPLETED ada>cleo'],
      async run(ground) {
        const actorToken = await boundActorToken(ground);
        // An admin as well, with a bound token and a key of their own: not those of this impersonation.
        const own = await boundToken(ground, 'user_grace', thief);
        const byThief = proof(ground, actorToken, {}, thief);
        const answers = [
          ...(await allRefused(ground, [
            [['authorization', `Bearer ${actorToken}`]],
            [dpop(actorToken), byThief],
            [dpop(actorToken), proof(ground, own, {}, thief)],
          ])),
          await ground.graphql(actorToken, STOP),
        ];
        await letsOwnerIn(ground, actorToken, 'user_cleo');
        return answers;
      },
    },
    {
      id: 'A237',
      title: 'taking the binding off: the claim cut out, the scheme changed, a bound token exchanged for a free one',
      threat: 'a binding that can be taken off binds nobody',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, 'OPERATION_DENIED TOKEN_INVALID ada>cleo', 'OPERATION_COMPLETED ada>cleo'],
      async run(ground) {
        const actorToken = await boundActorToken(ground);
        const token = await boundToken(ground, 'user_ada');
        const answers: WireAnswer[] = [];
        for (const each of [token, actorToken]) {
          const cut = withClaims(each, (claims) => Reflect.deleteProperty(claims, 'cnf'));
          const moved = withClaims(each, (claims) => {
            claims.cnf = { jkt: thief.thumbprint };
          });
          for (const headers of [
            [dpop(moved), proof(ground, moved, {}, thief)],
            [dpop(cut), proof(ground, cut)],
          ]) {
            answers.push(await post(ground, headers));
          }
          answers.push(await post(ground, [['authorization', `Bearer ${cut}`]]));
        }
        // A start by the stolen token would give a token of one’s own.
        const bearer: Header = ['authorization', `Bearer ${token}`];
        answers.push(await post(ground, [bearer], START, startInput('user_carl')));
        answers.push(await post(ground, [bearer, proof(ground, token)], START, startInput('user_carl')));
        answers.push(await post(ground, [['authorization', `Bearer ${actorToken}`]]));
        for (const { status } of answers) expect(status).toBe(401);
        await letsOwnerIn(ground, actorToken, 'user_cleo');
        return answers;
      },
    },
    {
      id: 'A238',
      title: 'proofs without end by one person, with many keys, so that there is no room for those of others',
      threat: 'whoever signs in once locks everybody out, or has their proofs forgotten and uses them again',
      codes: ['RATE_LIMITED', 'TOKEN_INVALID'],
      trail: [],
      gateway: { environment: { DPOP_PROOFS_PER_IDENTITY: '20' } },
      async run(ground) {
        const keys = Array.from({ length: 5 }, () => createProver('EdDSA'));
        const tokens = await Promise.all(keys.map((key) => boundToken(ground, 'user_sam', key)));
        const shown: (readonly Header[])[] = [];
        const answers: WireAnswer[] = [];
        for (let at = 0; at < 40; at += 1) {
          const token = tokens[at % 5] ?? '';
          const headers = [dpop(token), proof(ground, token, {}, keys[at % 5])];
          const answer = await post(ground, headers);
          expect(answer.status).toBe(at < 20 ? 200 : 429);
          if (at < 20) shown.push(headers);
          else answers.push(answer);
        }
        const ada = await boundToken(ground, 'user_ada');
        await letsOwnerIn(ground, ada, 'user_ada');
        const replayed = await allRefused(ground, shown);
        ground.clock.advance(66_000);
        const [token = ''] = tokens;
        expect((await post(ground, [dpop(token), proof(ground, token, {}, keys[0])])).status).toBe(200);
        return [...answers, ...replayed];
      },
    },
  ],
};
