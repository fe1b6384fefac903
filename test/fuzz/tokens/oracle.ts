import { compactVerify } from 'jose';
import {
  ACTOR_AUDIENCE,
  AUDIENCE,
  COMPANY,
  COMPANY_KEYS,
  DELEGATE,
  DELEGATE_KEYS,
  GATEWAY,
  GATEWAY_KEYS,
  KEYS,
  type KeyName,
  OLD_AUDIENCE,
} from './parties.js';
import { strictJson } from './strict-json.js';

/** Who is acting; of a session token also when and how they signed in. */
export interface ToldActor {
  readonly sub: string;
  readonly iss: string | null;
  readonly authTime?: number | null;
  readonly amr?: readonly string[];
}

/** What a token says of whom it is for, as the contract has it. */
export interface Told {
  readonly kind: 'session' | 'actor';
  readonly issuer: string;
  readonly subject: string;
  readonly act: ToldActor | null;
  readonly access: string | null;
  readonly sessionId: string | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The thumbprint of the key without which it is worth nothing. */
  readonly boundTo: string | null;
}

export type Judgement = Told | 'TOKEN_INVALID' | 'TOKEN_EXPIRED';

/** Five seconds; of two replicas of the gateway each may be as much off, the one ahead and the other behind. */
const TOLERANCE = 5_000;
const REPLICA_TOLERANCE = 10_000;
const LATEST = 8.64e12;

type Claims = ReadonlyMap<string, unknown>;

class Refused extends Error {}
function demand(holds: boolean): asserts holds {
  if (!holds) throw new Refused();
}

/** Judges a token by docs and standards, with another parser and another library for signatures than the gateway's. */
export async function judge(token: string, now: number): Promise<Judgement> {
  try {
    return await told(token, now);
  } catch (error) {
    if (error instanceof Refused) return 'TOKEN_INVALID';
    throw error;
  }
}

async function told(token: string, now: number): Promise<Judgement> {
  demand(token.length <= 16_384);
  const parts = token.split('.');
  demand(
    parts.length === 3 &&
      parts.every((part) => part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part),
  );
  const header = objectIn(parts[0] ?? '');
  const claims = objectIn(parts[1] ?? '');
  demand(!header.has('crit') && !header.has('b64'));
  const iss = claims.get('iss');
  if (iss === GATEWAY) return actorToken(token, header, claims, now);
  demand(iss === COMPANY || iss === DELEGATE);
  return sessionToken(token, header, claims, iss, now);
}

function objectIn(part: string): Claims {
  const bytes = Buffer.from(part, 'base64url');
  const text = bytes.toString('utf8');
  demand(Buffer.from(text, 'utf8').equals(bytes));
  const read = strictJson(text);
  demand(read !== null && read.value instanceof Map);
  return read.value;
}

async function verifiedBy(token: string, key: KeyName, alg: string): Promise<void> {
  demand(
    await compactVerify(token, KEYS[key].publicKey, { algorithms: [alg] }).then(
      () => true,
      () => false,
    ),
  );
}

/** One confirmation alone can be checked here; what names any other is nobody's. */
function boundTo(claims: Claims): string | null {
  if (!claims.has('cnf')) return null;
  const cnf = claims.get('cnf');
  demand(cnf instanceof Map && cnf.size === 1);
  const thumbprint: unknown = cnf.get('jkt');
  demand(typeof thumbprint === 'string' && thumbprint.length === 43);
  demand(Buffer.from(thumbprint, 'base64url').toString('base64url') === thumbprint);
  return thumbprint;
}

async function sessionToken(
  token: string,
  header: Claims,
  claims: Claims,
  issuer: string,
  now: number,
): Promise<Judgement> {
  const isCompany = issuer === COMPANY;
  const alg = header.get('alg');
  const kid = header.get('kid');
  const typ = header.get('typ');
  demand(typeof alg === 'string' && (isCompany ? ['ES256', 'RS256', 'EdDSA'] : ['ES256']).includes(alg));
  demand(!header.has('kid') || typeof kid === 'string');
  demand(
    !header.has('typ') ||
      (typeof typ === 'string' && ['jwt', 'at+jwt', 'application/at+jwt'].includes(typ.toLowerCase())),
  );
  const fit = (isCompany ? COMPANY_KEYS : DELEGATE_KEYS).filter(
    (name) => KEYS[name].alg === alg && (kid === undefined || KEYS[name].kid === kid),
  );
  const [key, ...others] = fit;
  demand(key !== undefined && others.length === 0);
  await verifiedBy(token, key, alg);
  const aud = claims.get('aud');
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const accepted: readonly unknown[] = isCompany ? [AUDIENCE, OLD_AUDIENCE] : [AUDIENCE];
  demand(audiences.every((each) => typeof each === 'string') && audiences.some((each) => accepted.includes(each)));
  for (const name of ['nbf', 'iat', 'auth_time']) {
    if (claims.has(name)) demand(isTime(claims.get(name)) && Number(claims.get(name)) * 1_000 <= now + TOLERANCE);
  }
  if (claims.has('amr')) demand(isNames(claims.get('amr')));
  const subject = claims.get('sub');
  demand(isId(subject));
  let act: Told['act'] = null;
  if (claims.has('act')) {
    const delegated = claims.get('act');
    demand(!isCompany && delegated instanceof Map && !delegated.has('act'));
    const sub: unknown = delegated.get('sub');
    demand(isId(sub) && (!delegated.has('iss') || isId(delegated.get('iss'), 2_048)));
    // When and how the actor signed in stands inside.
    if (delegated.has('auth_time')) {
      const at: unknown = delegated.get('auth_time');
      demand(isTime(at) && at * 1_000 <= now + TOLERANCE);
    }
    if (delegated.has('amr')) demand(isNames(delegated.get('amr')));
    act = {
      sub,
      iss: (delegated.get('iss') as string | undefined) ?? null,
      authTime: (delegated.get('auth_time') as number | undefined) ?? null,
      amr: (delegated.get('amr') as readonly string[] | undefined) ?? [],
    };
    if (claims.has('access')) demand(['read_only', 'full'].includes(claims.get('access') as string));
  }
  const bound = boundTo(claims);
  const exp = claims.get('exp');
  demand(isTime(exp));
  if (now >= exp * 1_000 + TOLERANCE) return 'TOKEN_EXPIRED';
  const access = act === null ? null : ((claims.get('access') as string | undefined) ?? null);
  return { kind: 'session', issuer, subject, act, access, sessionId: null, expiresAt: exp * 1_000, boundTo: bound };
}

async function actorToken(token: string, header: Claims, claims: Claims, now: number): Promise<Judgement> {
  demand(header.get('typ') === 'JWT');
  const key = GATEWAY_KEYS.find((name) => KEYS[name].kid === header.get('kid'));
  demand(key !== undefined && header.get('alg') === KEYS[key].alg);
  await verifiedBy(token, key, KEYS[key].alg);
  demand(claims.get('aud') === ACTOR_AUDIENCE);
  for (const name of ['nbf', 'iat']) {
    demand(isTime(claims.get(name)) && Number(claims.get(name)) * 1_000 <= now + REPLICA_TOLERANCE);
  }
  const [subject, sessionId, jti] = ['sub', 'sid', 'jti'].map((name) => claims.get(name));
  demand(isId(subject) && isId(sessionId) && isId(jti));
  const access = claims.get('access');
  demand(access === 'read_only' || access === 'full');
  demand(isNames(claims.get('roles')));
  const act = claims.get('act');
  demand(act instanceof Map && !act.has('act'));
  const [sub, iss] = [act.get('sub'), act.get('iss')] as [unknown, unknown];
  demand(isId(sub) && isId(iss, 2_048));
  const bound = boundTo(claims);
  const exp = claims.get('exp');
  demand(isTime(exp));
  if (now >= exp * 1_000) return 'TOKEN_EXPIRED';
  const expiresAt = exp * 1_000;
  return { kind: 'actor', issuer: GATEWAY, subject, act: { sub, iss }, access, sessionId, expiresAt, boundTo: bound };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LATEST;
}

function isId(value: unknown, most = 255): value is string {
  if (typeof value !== 'string' || value === '' || value.length > most) return false;
  return [...value].every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return !(code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0xd800 && code <= 0xdfff));
  });
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => isId(each));
}
