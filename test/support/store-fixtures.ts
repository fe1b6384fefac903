import { createHash } from 'node:crypto';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { StoredSeal } from '../../src/domain/audit-seal.js';
import type { ImpersonationSession } from '../../src/domain/impersonation-session.js';
import type { User } from '../../src/domain/user.js';

/** A moment every fixture is relative to: 2026-01-01T00:00:00.000Z, in milliseconds since the epoch. */
export const EPOCH = Date.UTC(2026, 0, 1);

/** Text that breaks stores which re-encode: emoji with joiners, both normal forms of é, right-to-left, line separators. */
export const AWKWARD_TEXT =
  'a\u00e9 / e\u0301 👩🏽‍🚀 🇨🇭 עברית \u2028\u2029 \ufeff \u0007 \t\r\n "quoted" \'single\' \\ % _ $ne {"$gt":""} \u{10ffff} end ';

/** The id the store contract prescribes for an event. */
export function eventId(chain: string, sequence: number): string {
  return `${chain}:${String(sequence).padStart(12, '0')}`;
}

/**
 * An event as a store receives it. The hash is real but depends only on chain, sequence and body: a store must not care.
 * Give `chain` and `sequence`, not `id`.
 */
export function storedEvent(overrides: Partial<Omit<StoredEvent, 'id' | 'hash'>> = {}): StoredEvent {
  const chain = overrides.chain ?? 'chain-a';
  const sequence = overrides.sequence ?? 0;
  const body = overrides.body ?? JSON.stringify({ version: 1, chain, sequence });
  return {
    id: eventId(chain, sequence),
    previousHash: sha256(`${chain} ${sequence - 1}`),
    signature: null,
    details: null,
    occurredAt: EPOCH + sequence,
    type: 'OPERATION_COMPLETED',
    outcome: 'SUCCESS',
    actorId: 'user_ada',
    subjectId: 'user_carl',
    sessionId: 'session-1',
    requestId: `request-${chain}-${sequence}`,
    operationName: 'Orders',
    ...overrides,
    chain,
    sequence,
    body,
    hash: sha256(`${chain} ${sequence} ${body}`),
  };
}

/** `length` events of one chain, in order, one millisecond apart. */
export function eventChain(
  chain: string,
  length: number,
  overrides: Partial<Omit<StoredEvent, 'id' | 'hash' | 'chain' | 'sequence'>> = {},
): StoredEvent[] {
  return Array.from({ length }, (_, sequence) => storedEvent({ ...overrides, chain, sequence }));
}

/**
 * A seal as a store receives it, over events 0 to `index` of each chain. Hash and signature are real bytes, but depend only on
 * the body: a store must not care.
 */
export function storedSeal(overrides: Partial<Omit<StoredSeal, 'hash'>> = {}): StoredSeal {
  const { index = 0, chains = ['chain-a'], sealedAt = EPOCH + index * 5_000 } = overrides;
  const previousHash = overrides.previousHash ?? sha256(`seal ${index - 1}`);
  const body =
    overrides.body ??
    JSON.stringify({
      version: 1,
      index,
      sealedAt: new Date(sealedAt).toISOString(),
      previousSealHash: hex(previousHash),
      chains: chains.map((chain) => ({ chain, from: 0, to: index, head: hex(sha256(chain)), closed: false })),
    });
  return {
    kid: 'key-1',
    algorithm: 'EdDSA',
    signature: sha256(`signature ${body}`),
    ...overrides,
    index,
    chains,
    sealedAt,
    previousHash,
    body,
    hash: sha256(`seal ${body}`),
  };
}

/** A seal with its binary fields as hex, for comparison. */
export function comparableSeal(seal: StoredSeal): Record<string, unknown> {
  return {
    ...seal,
    hash: hex(seal.hash),
    previousHash: hex(seal.previousHash),
    signature: hex(seal.signature),
  };
}

/** An ACTIVE session of ten minutes. */
export function activeSession(overrides: Partial<ImpersonationSession> = {}): ImpersonationSession {
  const startedAt = overrides.startedAt ?? EPOCH;
  return {
    id: 'session-1',
    status: 'ACTIVE',
    access: 'READ_ONLY',
    actorId: 'user_ada',
    authentication: { issuer: 'https://issuer.example', authTime: 1_767_225_000, amr: ['pwd', 'otp'] },
    subjectId: 'user_carl',
    reason: 'The customer cannot see an order',
    ticket: 'CASE-17',
    startedAt,
    expiresAt: startedAt + 600_000,
    endedAt: null,
    endedById: null,
    endReason: null,
    ...overrides,
  };
}

/** An enabled customer. */
export function directoryUser(overrides: Partial<User> = {}): User {
  const id = overrides.id ?? 'user_carl';
  return {
    id,
    name: `Name of ${id}`,
    email: `${id}@example.com`,
    roles: ['USER'],
    disabled: false,
    avatarUrl: null,
    ...overrides,
  };
}

/** Bytes as hex, so that a Buffer, a Uint8Array and a view over a larger buffer compare by content alone. */
export function hex(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** An event with its binary fields as hex, for comparison. */
export function comparableEvent(event: StoredEvent): Record<string, unknown> {
  return {
    ...event,
    previousHash: hex(event.previousHash),
    hash: hex(event.hash),
    signature: hex(event.signature),
    details: event.details === null ? null : { salt: hex(event.details.salt), text: event.details.text },
  };
}

/** Deterministic bytes. */
export function sha256(text: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(text).digest());
}
