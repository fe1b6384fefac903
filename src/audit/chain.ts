import { randomBytes } from 'node:crypto';
import type { EventDraft, StoredEvent } from '../domain/audit-event.js';
import { newId } from '../platform/ids.js';
import {
  detailsHash,
  encodeBody,
  encodeDetails,
  eventHash,
  eventId,
  type GatewayStamp,
  genesisHash,
} from './format.js';
import type { ChainSigner } from './seal/chain-signer.js';

/** The writing end of one hash chain. Only durable events move its head; see {@link Chain.advance}. */
export interface Chain {
  readonly id: string;
  /**
   * The drafts as they would follow the head, in order. Calling it again without `advance` gives the same places.
   * @param signEach whether every one of them is signed, not the last alone.
   */
  extend(drafts: readonly EventDraft[], signEach?: boolean): StoredEvent[];
  /** Moves the head to the last of these events, once they are durable. */
  advance(events: readonly StoredEvent[]): void;
}

const SALT_BYTES = 16;
const SALTS = 256;
let salts = Buffer.alloc(0);

/** 16 random bytes; the generator is asked for many at a time. */
function newSalt(): Buffer {
  if (salts.length === 0) salts = randomBytes(SALT_BYTES * SALTS);
  const salt = salts.subarray(0, SALT_BYTES);
  salts = salts.subarray(SALT_BYTES);
  return salt;
}

/**
 * Opens a new chain with a random id. One per process (and one more after a conflict): no head is ever shared.
 * @param signer the process's key; without one, as in tests of other things, the chain is unsigned and is never sealed.
 */
export function openChain(gateway: GatewayStamp, signer: ChainSigner | null = null): Chain {
  const id = newId();
  let nextSequence = 0;
  let head: Uint8Array = genesisHash(id);
  let latest = 0;

  return {
    id,
    extend(drafts, signEach = false) {
      let sequence = nextSequence;
      let previousHash = head;
      let time = latest;
      return drafts.map((draft, index) => {
        const salt = newSalt();
        const text = encodeDetails(draft);
        // Within a chain time never runs backwards, even where the machine's clock was set back: a verifier relies on it.
        time = Math.max(time, draft.occurredAt);
        const body = encodeBody(
          draft,
          { chain: id, sequence, occurredAt: time },
          gateway,
          detailsHash(salt, text),
          sequence === 0 ? signer?.chainKey(id) : undefined,
        );
        const hash = eventHash(previousHash, body);
        const event: StoredEvent = {
          id: eventId(id, sequence),
          chain: id,
          sequence,
          body,
          previousHash,
          hash,
          // One signature vouches for the whole group: the hash it covers stands on all before it.
          signature: signEach || index === drafts.length - 1 ? (signer?.signCommit(id, sequence, hash) ?? null) : null,
          details: { salt, text },
          occurredAt: time,
          type: draft.type,
          outcome: draft.outcome,
          actorId: draft.actor?.id ?? null,
          subjectId: draft.subjectId,
          sessionId: draft.session?.id ?? null,
          requestId: draft.request.id,
          operationName: draft.operation?.name ?? null,
        };
        sequence += 1;
        previousHash = hash;
        return event;
      });
    },
    advance(events) {
      const last = events.at(-1);
      if (last === undefined) return;
      nextSequence = last.sequence + 1;
      head = last.hash;
      latest = last.occurredAt;
    },
  };
}
