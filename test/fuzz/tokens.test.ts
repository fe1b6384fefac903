import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoUsers } from '../../src/development/demo-users.js';
import { GatewayError } from '../../src/errors/index.js';
import { createActorTokenVerifier, createTrustedIssuers, loadKeyring, peekIssuer } from '../../src/tokens/index.js';
import { type RunningGateway, START_DOCUMENT, startGateway } from '../support/running-gateway.js';
import { StoppedClock } from '../support/stopped-clock.js';
import { readAnswers } from './http/answers.js';
import { converse, PATIENT_MS } from './http/converse.js';
import { codeFaults } from './http/judge.js';
import { ProcessWatch } from './process-watch.js';
import { PATIENCE_MS, Tally, tried } from './runs.js';
import { type Judgement, judge, type Told } from './tokens/oracle.js';
import { ACTOR_AUDIENCE, GATEWAY, SIGNING_JWKS, trustedIssuersIn } from './tokens/parties.js';
import { rightRecipe, tokenBy, tokenRecipes } from './tokens/token-recipes.js';

/** Far beyond what a token of the greatest length takes, on any machine. */
const MOST_MS = 5_000;
const BEARER = /^[A-Za-z0-9\-._~+/]+=*$/;

const tally = new Tally('tokens');
const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-tokens-'));
const issuers = trustedIssuersIn(folder);
const watch = new ProcessWatch();

beforeAll(() => watch.start());
afterAll(() => {
  tally.tell();
  watch.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Its words or its code; whatever else is thrown goes through. */
async function outcome<T>(work: () => Promise<T>): Promise<T | string> {
  const began = performance.now();
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  } finally {
    expect(performance.now() - began).toBeLessThan(MOST_MS);
  }
}

describe('any token', () => {
  it('says what an independent reading of the contract says it does, or is refused', {
    timeout: PATIENCE_MS,
  }, async () => {
    const clock = new StoppedClock();
    const trusted = createTrustedIssuers(issuers, { clock });
    const keyring = await loadKeyring(SIGNING_JWKS, { algorithm: 'EdDSA', now: clock.now() });
    const verifier = createActorTokenVerifier({ keyring, issuer: GATEWAY, audience: ACTOR_AUDIENCE, clock });

    /** As the gateway does: who is to judge it, by the issuer that it names. */
    async function verified(token: string): Promise<Told | 'TOKEN_INVALID'> {
      const issuer = peekIssuer(token);
      if (issuer === GATEWAY) {
        const { subject, act, access, sessionId, expiresAt, boundTo } = await verifier.verify(token);
        return { kind: 'actor', issuer, subject, act, access, sessionId, expiresAt, boundTo };
      }
      if (issuer === null || !trusted.has(issuer)) return 'TOKEN_INVALID';
      const { subject, act, access, expiresAt, boundTo } = await trusted.verify(token);
      return { kind: 'session', issuer, subject, act, access, sessionId: null, expiresAt, boundTo };
    }

    await fc.assert(
      fc.asyncProperty(tokenRecipes, async (recipe) => {
        const token = tokenBy(recipe, clock.now(), 'session-1');
        const expected = await judge(token, clock.now());
        expect(await outcome(() => verified(token))).toEqual(expected);
        // What was verified once is remembered: it says the same then.
        expect(await outcome(() => verified(token))).toEqual(expected);
        // Whichever of the two is asked about it, none takes what is the other's.
        for (const other of [verifier, trusted]) {
          const found = await outcome<{ readonly subject: string; readonly act: unknown }>(() => other.verify(token));
          if (typeof found === 'string') expect(['TOKEN_INVALID', 'TOKEN_EXPIRED']).toContain(found);
          else expect(expected).toMatchObject({ subject: found.subject, act: found.act });
        }
        expect(watch.faults()).toEqual([]);
        tally.met(typeof expected === 'string' ? expected : `taken of kind ${recipe.kind}`);
        if (typeof expected !== 'string' && expected.boundTo !== null) tally.met('taken as bound to a key');
      }),
      tried(1_500),
    );
    for (const kind of ['session', 'delegated', 'actor']) {
      expect(tally.times(`taken of kind ${kind}`)).toBeGreaterThan(20);
    }
    expect(tally.times('TOKEN_INVALID')).toBeGreaterThan(100);
    expect(tally.times('TOKEN_EXPIRED')).toBeGreaterThan(0);
  });

  describe('at a gateway', () => {
    let gateway: RunningGateway;
    let session: string;

    beforeAll(async () => {
      const keyFile = path.join(folder, 'signing.json');
      writeFileSync(keyFile, JSON.stringify(SIGNING_JWKS));
      gateway = await startGateway({
        environment: {
          LOG_LEVEL: 'warn',
          PUBLIC_URL: GATEWAY,
          ACTOR_TOKEN_AUDIENCE: ACTOR_AUDIENCE,
          SIGNING_KEY_FILE: keyFile,
          TRUSTED_ISSUERS: JSON.stringify(issuers),
          REFUSED_CREDENTIALS_PER_ADDRESS: '0',
        },
      });
      const ada = tokenBy(rightRecipe('session'), gateway.clock.now(), '');
      const input = { userId: 'user_cleo', reason: 'a test', durationSeconds: 3_600 };
      session = (await gateway.graphql(ada, START_DOCUMENT, { input })).data.startImpersonation.session.id;
    });
    afterAll(() => gateway.stop());

    /** Who is in effect and who is acting by a judgement, as the directory and the sessions have them; or the code. */
    function inEffect(judgement: Judgement): { readonly viewer: string; readonly actor: string } | string {
      if (typeof judgement === 'string') return judgement;
      const { kind, subject, act, sessionId, boundTo } = judgement;
      // It is sent as a bearer token here.
      if (boundTo !== null) return 'TOKEN_INVALID';
      const person = (id: string) => demoUsers().find((each) => each.id === id && !each.disabled);
      if (kind === 'actor') {
        if (sessionId !== session) return 'IMPERSONATION_ENDED';
        return subject === 'user_cleo' && act?.sub === 'user_ada'
          ? { viewer: subject, actor: act.sub }
          : 'TOKEN_INVALID';
      }
      if (person(subject) === undefined) return 'TOKEN_INVALID';
      if (act === null) return { viewer: subject, actor: subject };
      const isProtected = person(subject)?.roles.some((role) => ['ADMIN', 'AUDITOR'].includes(role)) === true;
      const mayAct = person(act.sub)?.roles.includes('ADMIN') === true && act.sub !== subject && !isProtected;
      return mayAct ? { viewer: subject, actor: act.sub } : 'TOKEN_INVALID';
    }

    async function asked(token: string) {
      const body = '{"query":"{ viewer { id } actor { id } }"}';
      const head = [
        'POST /graphql HTTP/1.1',
        'Host: 127.0.0.1',
        'Connection: close',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        `Authorization: Bearer ${token}`,
      ];
      const { bytes } = await converse(
        gateway.url,
        [Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`, 'utf8')],
        'waits',
        PATIENT_MS,
      );
      const [answer] = readAnswers(bytes, true, false).answers;
      if (answer === undefined) throw new Error('there was no answer');
      return { ...answer, json: JSON.parse(answer.body) };
    }

    it('gives 200 and exactly the people of the token, or 401 with its code', { timeout: PATIENCE_MS }, async () => {
      await fc.assert(
        fc.asyncProperty(tokenRecipes, async (recipe) => {
          const token = tokenBy(recipe, gateway.clock.now(), session);
          const isBearer = BEARER.test(token.replace(/^ +/, '').replace(/[ \t]+$/, ''));
          const before = inEffect(await judge(token, gateway.clock.now()));
          const { status, json } = await asked(token);
          // It may have run out, or come into force, meanwhile.
          const after = inEffect(await judge(token, gateway.clock.now()));
          expect(codeFaults(json)).toEqual([]);
          const found =
            status === 200
              ? { viewer: json.data.viewer?.id, actor: json.data.actor?.id }
              : json.errors[0].extensions.code;
          tally.met(`answers of ${status}`);
          if (isBearer) {
            expect([before, after]).toContainEqual(found);
            expect(status).toBe(typeof found === 'string' ? 401 : 200);
          } else {
            // What no header can carry is not even read.
            expect([400, 401, 431]).toContain(status);
            expect(['BAD_USER_INPUT', 'TOKEN_INVALID', 'PAYLOAD_TOO_LARGE']).toContain(found);
          }
          expect(watch.faults()).toEqual([]);
        }),
        tried(400),
      );
      expect(gateway.logged()).not.toMatch(/"level":"(error|fatal)"/);
      expect(tally.times('answers of 200')).toBeGreaterThan(20);
      expect(tally.times('answers of 401')).toBeGreaterThan(50);
    });
  });
});
