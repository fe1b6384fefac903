import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  chainKeyStatement,
  commitStatement,
  detailsHash,
  encodeSealBody,
  eventHash,
  eventId,
  genesisHash,
  type SealedStretch,
  sealGenesisHash,
  sealHash,
  sealStatement,
} from '../../../src/audit/format.js';
import type { EventOutcome, EventPruned, EventType, StoredEvent } from '../../../src/domain/audit-event.js';
import type { StoredSeal } from '../../../src/domain/audit-seal.js';

/**
 * A little writer of trails that shares nothing with the product's but the byte formats, so that what it writes can be held
 * against the verifier, and so that tests can write what no gateway would.
 */

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: 'EdDSA' | 'RS256';
  readonly key: KeyObject;
}

const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 key that a word stands for. */
export function keyOf(word: string): KeyObject {
  const seed = createHash('sha256').update(word).digest();
  return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

export function gatewayKey(kid: string): SigningKey {
  return { kid, algorithm: 'EdDSA', key: keyOf(`gateway ${kid}`) };
}

export function jwksOf(...keys: readonly SigningKey[]) {
  return {
    keys: keys.map(({ kid, algorithm, key }) => ({
      ...createPublicKey(key).export({ format: 'jwk' }),
      kid,
      alg: algorithm,
      use: 'sig',
    })),
  };
}

export function signWith({ algorithm, key }: SigningKey, statement: Uint8Array): Buffer {
  return sign(algorithm === 'RS256' ? 'sha256' : null, statement, key);
}

export interface EventWish {
  readonly type: EventType;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome?: EventOutcome;
  readonly code?: string | null;
  readonly count?: number;
  readonly actor?: string | null;
  readonly subject?: string | null;
  readonly session?: { readonly id: string; readonly startedAt: number; readonly expiresAt: number } | null;
  readonly operation?: {
    readonly name: string | null;
    readonly type: 'QUERY' | 'MUTATION' | 'SUBSCRIPTION';
    readonly durationMs: number | null;
  } | null;
  readonly details?: Readonly<Record<string, string>>;
  readonly gap?: { readonly from: string; readonly until: string; readonly lost: number };
  readonly pruned?: EventPruned;
}

const iso = (at: number): string => new Date(at).toISOString();
const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export class TestChain {
  readonly id: string;
  readonly events: StoredEvent[] = [];
  readonly #gateway: SigningKey;
  readonly #key: KeyObject;
  #latest = 0;

  constructor(id: string, gateway: SigningKey) {
    this.id = id;
    this.#gateway = gateway;
    this.#key = keyOf(`chain ${id}`);
  }

  /** The head as it is. */
  get head(): Uint8Array {
    return this.events.at(-1)?.hash ?? genesisHash(this.id);
  }

  append(wish: EventWish): StoredEvent {
    const sequence = this.events.length;
    this.#latest = Math.max(this.#latest, wish.at);
    const { id } = this;
    const event = chained(
      { id, sequence, at: this.#latest, head: this.head, chainKey: this.#chainKey(sequence) },
      wish,
    );
    this.events.push(event);
    return event;
  }

  /** Signs the last event, as a group commit does. */
  commit(): void {
    const last = this.events.at(-1);
    if (last === undefined || last.signature !== null) return;
    const signature = sign(null, commitStatement(this.id, last.sequence, last.hash), this.#key);
    this.events[last.sequence] = { ...last, signature };
  }

  #chainKey(sequence: number): object | null {
    if (sequence > 0) return null;
    return delegation(this.id, this.#key, this.#gateway);
  }
}

/** The gateway's word for a chain's key, as the first event carries it. */
export function delegation(chain: string, key: KeyObject, gateway: SigningKey): object {
  const publicKey = createPublicKey(key).export({ format: 'jwk' }).x ?? '';
  const signature = signWith(gateway, chainKeyStatement(chain, publicKey)).toString('base64url');
  return { publicKey, kid: gateway.kid, algorithm: gateway.algorithm, signature };
}

interface Place {
  readonly id: string;
  readonly sequence: number;
  readonly at: number;
  readonly head: Uint8Array;
  readonly chainKey: object | null;
}

function chained({ id, sequence, at, head, chainKey }: Place, wish: EventWish): StoredEvent {
  const { type, outcome = 'SUCCESS', actor = 'user_ada', subject = null, session = null, operation = null } = wish;
  const salt = createHash('sha256').update(`${id} ${sequence}`).digest().subarray(0, 16);
  const text = JSON.stringify(wish.details ?? { ipAddress: '203.0.113.7' });
  const requestId = `request-${id}-${sequence}`;
  const body = JSON.stringify({
    version: 1,
    chain: id,
    sequence,
    occurredAt: iso(at),
    type,
    outcome,
    code: wish.code ?? null,
    count: wish.count ?? 1,
    actor:
      actor === null ? null : { id: actor, issuer: 'https://issuer.example', authTime: 1_767_225_000, amr: ['pwd'] },
    subject: subject === null ? null : { id: subject },
    session: session && {
      id: session.id,
      access: 'READ_ONLY',
      startedAt: iso(session.startedAt),
      expiresAt: iso(session.expiresAt),
    },
    operation: operation && {
      name: operation.name,
      type: operation.type,
      fields: [operation.type === 'QUERY' ? 'Query.orders' : 'Mutation.updateDeliveryNote'],
      documentHash: sha256Hex(operation.name ?? ''),
      errorCodes: [],
      durationMs: operation.durationMs,
    },
    request: { id: requestId, traceparent: null },
    gateway: { instance: 'gateway-1', version: '0.1.0' },
    detailsHash: detailsHash(salt, text),
    ...(wish.gap === undefined ? {} : { gap: wish.gap }),
    ...(wish.pruned === undefined ? {} : { pruned: { ...wish.pruned, before: iso(wish.pruned.before) } }),
    ...(chainKey === null ? {} : { chainKey }),
  });
  return {
    id: eventId(id, sequence),
    chain: id,
    sequence,
    body,
    previousHash: head,
    hash: eventHash(head, body),
    signature: null,
    details: { salt, text },
    occurredAt: at,
    type,
    outcome,
    actorId: actor,
    subjectId: subject,
    sessionId: session?.id ?? null,
    requestId,
    operationName: operation?.name ?? null,
  };
}

/** Seals, one after the other, whatever chains it is shown. */
export class TestSealer {
  readonly seals: StoredSeal[] = [];
  readonly #sealedTo = new Map<string, number>();
  readonly #closed = new Set<string>();

  /** Seals what is committed and not sealed yet; null, and no seal, where there is nothing. */
  seal(at: number, chains: readonly { chain: TestChain; closed: boolean }[], gateway: SigningKey): StoredSeal | null {
    const stretches: SealedStretch[] = [];
    for (const { chain, closed } of chains) {
      const from = (this.#sealedTo.get(chain.id) ?? -1) + 1;
      const to = chain.events.findLastIndex(({ signature }) => signature !== null);
      const head = chain.events[to];
      const closes = closed && !this.#closed.has(chain.id) && to === chain.events.length - 1;
      if (head === undefined || (to < from && !closes)) continue;
      stretches.push({ chain: chain.id, from, to, head: Buffer.from(head.hash).toString('hex'), closed: closes });
      this.#sealedTo.set(chain.id, to);
      if (closes) this.#closed.add(chain.id);
    }
    if (stretches.length === 0) return null;
    const last = this.seals.at(-1);
    const seal = signedSeal(
      {
        index: this.seals.length,
        sealedAt: Math.max(at, last?.sealedAt ?? 0),
        previousSealHash: last?.hash ?? sealGenesisHash(),
        chains: stretches.sort((one, other) => (one.chain < other.chain ? -1 : 1)),
      },
      gateway,
    );
    this.seals.push(seal);
    return seal;
  }
}

export function signedSeal(content: Parameters<typeof encodeSealBody>[0], gateway: SigningKey): StoredSeal {
  const body = encodeSealBody(content);
  const hash = sealHash(body);
  return {
    index: content.index,
    body,
    hash,
    previousHash: content.previousSealHash,
    sealedAt: content.sealedAt,
    chains: content.chains.map(({ chain }) => chain),
    kid: gateway.kid,
    algorithm: gateway.algorithm,
    signature: signWith(gateway, sealStatement(hash)),
  };
}

/** The line of an export. */
export function exportedLine(event: StoredEvent): string {
  const { chain, sequence, previousHash, hash, body, signature, details } = event;
  return JSON.stringify({
    chain,
    sequence,
    previousHash: Buffer.from(previousHash).toString('hex'),
    hash: Buffer.from(hash).toString('hex'),
    body,
    ...(signature === null ? {} : { signature: Buffer.from(signature).toString('base64url') }),
    ...(details === null
      ? {}
      : { details: { salt: Buffer.from(details.salt).toString('base64url'), text: details.text } }),
  });
}

/** The line of an anchor file. */
export function anchoredLine({ index, body, hash, kid, algorithm, signature }: StoredSeal): string {
  return JSON.stringify({
    index,
    body,
    hash: Buffer.from(hash).toString('hex'),
    kid,
    algorithm,
    signature: Buffer.from(signature).toString('base64url'),
  });
}
