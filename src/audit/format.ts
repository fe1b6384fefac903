import { createHash, hash } from 'node:crypto';
import type { EventDraft } from '../domain/audit-event.js';
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

/** SHA-256 of a ‖ b ‖ text in UTF-8: in one call, at half the cost of four. */
function sha256(a: Uint8Array, b: Uint8Array, text: string): Buffer {
  const head = a.length + b.length;
  // No character takes more than three bytes of UTF-8 for each of its UTF-16 units.
  const bytes = Buffer.allocUnsafe(head + text.length * 3);
  bytes.set(a, 0);
  bytes.set(b, a.length);
  const length = head + bytes.write(text, head, 'utf8');
  return hash('sha256', bytes.subarray(0, length), 'buffer');
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
  return sha256(EVENT_PREFIX_BYTES, previousHash, body);
}

/** SHA-256(salt ‖ details text, UTF-8), hex: what the body says of the details, so that they can be erased. */
export function detailsHash(salt: Uint8Array, text: string): string {
  return sha256(NOTHING, salt, text).toString('hex');
}

/** The details' exact text: absent facts are left out, keys in a fixed order. */
export function encodeDetails(draft: EventDraft): string {
  const { reason, ticket, ipAddress, userAgent, variables } = draft.details;
  return JSON.stringify({ reason, ticket, ipAddress, userAgent, variables });
}

/**
 * The body: one JSON object, keys in this order, no white space. Its exact text is what is hashed and stored.
 * Times are RFC 3339 in UTC with milliseconds, except `authTime`, which is seconds since the epoch as in the token.
 * `upstreams` is there only where upstreams were asked, `gap` in AUDIT_GAP events alone.
 * @param chainKey in the first event of a chain alone
 */
export function encodeBody(
  draft: EventDraft,
  place: { readonly chain: string; readonly sequence: number; readonly occurredAt: number },
  gateway: GatewayStamp,
  detailsDigest: string,
  chainKey?: ChainKey,
): string {
  const { actor, session, operation, gap } = draft;
  return JSON.stringify({
    version: BODY_VERSION,
    chain: place.chain,
    sequence: place.sequence,
    occurredAt: formatDateTime(place.occurredAt),
    type: draft.type,
    outcome: draft.outcome,
    code: draft.code,
    count: draft.count,
    actor: actor && { id: actor.id, issuer: actor.issuer, authTime: actor.authTime, amr: actor.amr },
    subject: draft.subjectId === null ? null : { id: draft.subjectId },
    session: session && {
      id: session.id,
      access: session.access,
      startedAt: formatDateTime(session.startedAt),
      expiresAt: formatDateTime(session.expiresAt),
    },
    operation: operation && {
      name: operation.name,
      type: operation.type,
      fields: operation.fields,
      documentHash: operation.documentHash,
      errorCodes: operation.errorCodes,
      durationMs: operation.durationMs,
      upstreams: operation.upstreams,
    },
    request: { id: draft.request.id, traceparent: draft.request.traceparent },
    gateway: { instance: gateway.instance, version: gateway.version },
    detailsHash: detailsDigest,
    gap: gap && { from: formatDateTime(gap.from), until: formatDateTime(gap.until), lost: gap.lost },
    chainKey,
  });
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

export interface SealContent {
  readonly index: number;
  /** Milliseconds since the epoch. */
  readonly sealedAt: number;
  readonly previousSealHash: Uint8Array;
  readonly chains: readonly SealedStretch[];
}

/** The previous hash of seal 0: SHA-256("impersonation-gateway/seal-genesis/v1\n"). */
export function sealGenesisHash(): Buffer {
  return createHash('sha256').update(SEAL_GENESIS).digest();
}

/** A seal's body: one JSON object, keys in this order, no white space; stretches in ascending order of chain. */
export function encodeSealBody({ index, sealedAt, previousSealHash, chains }: SealContent): string {
  return JSON.stringify({
    version: BODY_VERSION,
    index,
    sealedAt: formatDateTime(sealedAt),
    previousSealHash: Buffer.from(previousSealHash).toString('hex'),
    chains: chains.map(({ chain, from, to, head, closed }) => ({ chain, from, to, head, closed })),
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
