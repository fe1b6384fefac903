import { createHash, hash } from 'node:crypto';
import type {
  EventActor,
  EventDraft,
  EventHold,
  EventOperation,
  EventPruned,
  EventSession,
} from '../domain/audit-event.js';
import { formatDateTime } from '../domain/date-time.js';

/**
 * The byte formats of the audit trail: the one module that writer and verifier share. Changing anything here changes
 * what existing trails mean; add a new version instead.
 */
export const BODY_VERSION = 1;

const GENESIS_PREFIX = 'impersonation-gateway/genesis/v1\n';
const EVENT_PREFIX = 'impersonation-gateway/event/v1\n';

const EVENT_PREFIX_BYTES = Buffer.from(EVENT_PREFIX, 'utf8');
const NOTHING = Buffer.alloc(0);

/** What is hashed is laid out here, again and again, where it is not unusually long. */
const ROOM = Buffer.allocUnsafeSlow(64 * 1_024);

/** SHA-256 of a ‖ b ‖ text in UTF-8: in one call, at a third of the cost of a hash object fed piece by piece. */
function sha256(a: Uint8Array, b: Uint8Array, text: string, encoding: 'hex' | 'binary'): string {
  const head = a.length + b.length;
  // No character takes more than three bytes of UTF-8 for each of its UTF-16 units.
  const most = head + text.length * 3;
  const room = most <= ROOM.length ? ROOM : Buffer.allocUnsafe(most);
  room.set(a, 0);
  room.set(b, a.length);
  const length = head + room.write(text, head, 'utf8');
  return hash('sha256', room.subarray(0, length), encoding);
}

export interface GatewayStamp {
  /** Which process wrote the event: the host's choice of name, for people. */
  readonly instance: string;
  /** The gateway's version. */
  readonly version: string;
}

/** `<chain>:<sequence, 12 digits>` */
export function eventId(chain: string, sequence: number): string {
  return `${chain}:${String(sequence).padStart(12, '0')}`;
}

/** hash(-1) of a chain: SHA-256("impersonation-gateway/genesis/v1\n" ‖ chain). */
export function genesisHash(chain: string): Buffer {
  return createHash('sha256').update(GENESIS_PREFIX).update(chain, 'utf8').digest();
}

/** hash(n) = SHA-256("impersonation-gateway/event/v1\n" ‖ hash(n-1) ‖ body(n), UTF-8). */
export function eventHash(previousHash: Uint8Array, body: string): Buffer {
  // As text of one byte a character: Node makes that faster than a Buffer.
  return Buffer.from(sha256(EVENT_PREFIX_BYTES, previousHash, body, 'binary'), 'latin1');
}

/** SHA-256(salt ‖ details text, UTF-8), hex: what the body says of the details, so that they can be erased. */
export function detailsHash(salt: Uint8Array, text: string): string {
  return sha256(NOTHING, salt, text, 'hex');
}

/** The details' exact text: absent facts are left out, keys in a fixed order. */
export function encodeDetails(draft: EventDraft): string {
  const { reason, ticket, ipAddress, userAgent, variables } = draft.details;
  return JSON.stringify({ reason, ticket, ipAddress, userAgent, variables });
}

/** What was encoded for an object that comes again with most events: the actor and the session of a request, for one. */
function remembered<T extends object>(encode: (value: T) => string): (value: T) => string {
  const texts = new WeakMap<T, string>();
  return (value) => {
    let text = texts.get(value);
    if (text === undefined) {
      text = encode(value);
      texts.set(value, text);
    }
    return text;
  };
}

const json: (value: string | number | null | readonly string[]) => string = JSON.stringify;
const time = (milliseconds: number): string => `"${formatDateTime(milliseconds)}"`;

const encodeActor = remembered(({ id, issuer, authTime, amr }: EventActor) =>
  JSON.stringify({ id, issuer, authTime, amr }),
);
const encodeSession = remembered(
  ({ id, access, startedAt, expiresAt }: EventSession) =>
    `{"id":${json(id)},"access":${json(access)},"startedAt":${time(startedAt)},"expiresAt":${time(expiresAt)}}`,
);
const encodeGateway = remembered(({ instance, version }: GatewayStamp) => JSON.stringify({ instance, version }));
const encodeFields = remembered((fields: readonly string[]) => json(fields));

function encodeOperation(operation: EventOperation): string {
  const { name, type, fields, documentHash, errorCodes, durationMs, upstreams } = operation;
  const codes = errorCodes.length === 0 ? '[]' : json(errorCodes);
  const asked = upstreams === undefined ? '' : `,"upstreams":${json(upstreams)}`;
  return `{"name":${json(name)},"type":${json(type)},"fields":${encodeFields(fields)},"documentHash":${json(documentHash)},"errorCodes":${codes},"durationMs":${json(durationMs)}${asked}}`;
}

function encodePruned({ before, throughSeal, archive, ranges, givenUp }: EventPruned): string {
  const { sha256: digest, bytes, events } = archive;
  const parts = ranges.map(({ chain, from, to, previousHash, head }) =>
    JSON.stringify({ chain, from, to, previousHash, head }),
  );
  const contents = JSON.stringify({ sha256: digest, bytes, events });
  const instead =
    givenUp === undefined ? '' : `,"givenUp":${JSON.stringify({ chain: givenUp.chain, sequence: givenUp.sequence })}`;
  return `{"before":${time(before)},"throughSeal":${throughSeal},"archive":${contents},"ranges":[${parts.join(',')}]${instead}}`;
}

function encodeHold({ id, userId, sessionId, from, to, until }: EventHold): string {
  const timeOrNull = (at: number | null): string | null => (at === null ? null : formatDateTime(at));
  const times = { from: timeOrNull(from), to: timeOrNull(to), until: timeOrNull(until) };
  return JSON.stringify({ id, userId, sessionId, ...times });
}

/**
 * The body: one JSON object, keys in this order, no white space. Its exact text is what is hashed and stored: that of JSON.stringify,
 * put together from texts that were made before where it can be.
 * Times are RFC 3339 in UTC with milliseconds, except `authTime`, which is seconds since the epoch as in the token.
 * `upstreams` is there only where upstreams were asked, `gap` in AUDIT_GAP events alone, `anomaly` in ANOMALY_DETECTED events alone,
 * `pruned` in AUDIT_PRUNED, `hold` in LEGAL_HOLD_PLACED and LEGAL_HOLD_RELEASED.
 * @param draft its parts are taken for what they were when they first came: nothing may change them
 * @param chainKey in the first event of a chain alone
 */
export function encodeBody(
  draft: EventDraft,
  place: { readonly chain: string; readonly sequence: number; readonly occurredAt: number },
  gateway: GatewayStamp,
  detailsDigest: string,
  chainKey?: ChainKey,
): string {
  const { actor, subjectId, session, operation, request, gap, anomaly, pruned, hold } = draft;
  const parts = [
    `{"version":${BODY_VERSION},"chain":${json(place.chain)},"sequence":${place.sequence},"occurredAt":${time(place.occurredAt)}`,
    `,"type":${json(draft.type)},"outcome":${json(draft.outcome)},"code":${json(draft.code)},"count":${json(draft.count)}`,
    `,"actor":${actor === null ? 'null' : encodeActor(actor)}`,
    `,"subject":${subjectId === null ? 'null' : `{"id":${json(subjectId)}}`}`,
    `,"session":${session === null ? 'null' : encodeSession(session)}`,
    `,"operation":${operation === null ? 'null' : encodeOperation(operation)}`,
    `,"request":{"id":${json(request.id)},"traceparent":${json(request.traceparent)}}`,
    `,"gateway":${encodeGateway(gateway)},"detailsHash":${json(detailsDigest)}`,
  ];
  if (gap !== undefined)
    parts.push(`,"gap":{"from":${time(gap.from)},"until":${time(gap.until)},"lost":${json(gap.lost)}}`);
  if (anomaly !== undefined) {
    const { kind, threshold, windowSeconds, codes } = anomaly;
    parts.push(`,"anomaly":${JSON.stringify({ kind, threshold, windowSeconds, codes })}`);
  }
  if (pruned !== undefined) parts.push(`,"pruned":${encodePruned(pruned)}`);
  if (hold !== undefined) parts.push(`,"hold":${encodeHold(hold)}`);
  if (chainKey !== undefined) parts.push(`,"chainKey":${JSON.stringify(chainKey)}`);
  return `${parts.join('')}}`;
}

const CHAIN_KEY_PREFIX = 'impersonation-gateway/chain-key/v1\n';
const COMMIT_PREFIX = 'impersonation-gateway/commit/v1\n';
const SEAL_GENESIS = 'impersonation-gateway/seal-genesis/v1\n';
const SEAL_PREFIX = 'impersonation-gateway/seal/v1\n';
const SEAL_SIGNATURE_PREFIX = 'impersonation-gateway/seal-signature/v1\n';

/**
 * In the body of a chain's FIRST event alone, as its last member: the process's own key, and the gateway's word for it.
 * `publicKey` is the 32-byte Ed25519 key, base64url; `kid` and `algorithm` (EdDSA or RS256) name the gateway's key;
 * `signature` is that key's over {@link chainKeyStatement}, base64url.
 */
export interface ChainKey {
  readonly publicKey: string;
  readonly kid: string;
  readonly algorithm: string;
  readonly signature: string;
}

/** What the gateway's key signs: "impersonation-gateway/chain-key/v1\n" ‖ chain ‖ "\n" ‖ publicKey (base64url). */
export function chainKeyStatement(chain: string, publicKey: string): Buffer {
  return Buffer.from(`${CHAIN_KEY_PREFIX}${chain}\n${publicKey}`, 'utf8');
}

/**
 * What the chain's key signs (Ed25519) for the last event of each group commit:
 * "impersonation-gateway/commit/v1\n" ‖ event id ‖ "\n" ‖ hash (32 bytes).
 */
export function commitStatement(chain: string, sequence: number, hash: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${COMMIT_PREFIX}${eventId(chain, sequence)}\n`, 'utf8'), hash]);
}

/** A stretch of one chain that a seal covers: every event from `from` to `to`, both included. */
export interface SealedStretch {
  readonly chain: string;
  readonly from: number;
  readonly to: number;
  /** hash(to), hex. */
  readonly head: string;
  /** The process that wrote the chain has stopped in an orderly way: nothing may follow. */
  readonly closed: boolean;
}

/** The seals that a restore of the store from an earlier copy has lost, both included: this seal goes on after the one before them. */
export interface LostSeals {
  readonly from: number;
  readonly to: number;
  /** The hash of the last of them, hex, as an anchor has it. */
  readonly head: string;
}

export interface SealContent {
  readonly index: number;
  /** Milliseconds since the epoch. */
  readonly sealedAt: number;
  readonly previousSealHash: Uint8Array;
  readonly chains: readonly SealedStretch[];
  /** In the first seal after a restore that was acknowledged, and in no other. */
  readonly lost?: LostSeals;
}

/** The previous hash of seal 0: SHA-256("impersonation-gateway/seal-genesis/v1\n"). */
export function sealGenesisHash(): Buffer {
  return createHash('sha256').update(SEAL_GENESIS).digest();
}

/** A seal's body: one JSON object, keys in this order, no white space; stretches in ascending order of chain. */
export function encodeSealBody({ index, sealedAt, previousSealHash, chains, lost }: SealContent): string {
  return JSON.stringify({
    version: BODY_VERSION,
    index,
    sealedAt: formatDateTime(sealedAt),
    previousSealHash: Buffer.from(previousSealHash).toString('hex'),
    chains: chains.map(({ chain, from, to, head, closed }) => ({ chain, from, to, head, closed })),
    ...(lost === undefined ? {} : { lost: { from: lost.from, to: lost.to, head: lost.head } }),
  });
}

/** SHA-256("impersonation-gateway/seal/v1\n" ‖ body, UTF-8). */
export function sealHash(body: string): Buffer {
  return createHash('sha256').update(SEAL_PREFIX).update(body, 'utf8').digest();
}

/** What the gateway's key signs: "impersonation-gateway/seal-signature/v1\n" ‖ seal hash (32 bytes). */
export function sealStatement(hash: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(SEAL_SIGNATURE_PREFIX, 'utf8'), hash]);
}
