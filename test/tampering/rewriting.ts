import { createHash, type KeyObject, sign } from 'node:crypto';
import { commitStatement } from '../../src/audit/format.js';
import type { StoredEvent } from '../../src/domain/audit-event.js';
import type { StoredSeal } from '../../src/domain/audit-seal.js';
import { delegation, keyOf, type SigningKey, signedSeal } from '../unit/audit-verify/writer.js';
import type { RawDatabase } from './raw-database.js';
import type { WrittenTrail } from './written-trail.js';

/** What somebody who knows the formats does after an edit, so that the trail looks whole again. */

/** A key of the attacker's own, which no gateway has vouched for. */
export const MALLORYS_KEY = keyOf('mallory');

export function hashOf(previousHash: Uint8Array, body: string): Buffer {
  return createHash('sha256').update('impersonation-gateway/event/v1\n').update(previousHash).update(body).digest();
}

export type Edit = (body: string) => string;
/** Another person as the subject of what was done. */
export const otherSubject: Edit = (body) =>
  body.replace('"subject":{"id":"user_cleo"}', '"subject":{"id":"user_carl"}');
/** Something that no projection repeats. */
export const otherDuration: Edit = (body) => body.replace('"durationMs":0.5', '"durationMs":1.5');

/** The event with another body, its hash and its projection of the subject made to fit. */
export function withBody(event: StoredEvent, edit: Edit): StoredEvent {
  const body = edit(event.body);
  if (body === event.body) throw new Error(`the edit changes nothing in ${event.body}`);
  const subjectId = (JSON.parse(body) as { subject: { id: string } | null }).subject?.id ?? null;
  return { ...event, body, subjectId, hash: hashOf(event.previousHash, body) };
}

interface Rechaining {
  readonly chain: string;
  readonly sequence: number;
  readonly edit: Edit;
  /** What becomes of the signatures from the edited event on. */
  readonly signatures: 'kept' | 'stripped' | KeyObject;
}

/** Edits one event, and hashes all that follow it in its chain anew. */
export async function rechain(db: RawDatabase, { chain, sequence, edit, signatures }: Rechaining): Promise<void> {
  let previous: StoredEvent | null = null;
  const changed: StoredEvent[] = [];
  for (const event of (await db.events()).filter((each) => each.chain === chain)) {
    if (event.sequence < sequence) continue;
    const linked: StoredEvent =
      previous === null
        ? withBody(event, edit)
        : { ...event, previousHash: previous.hash, hash: hashOf(previous.hash, event.body) };
    previous = { ...linked, signature: signatureFor(linked, signatures) };
    changed.push(previous);
  }
  await db.putEvents(changed);
}

function signatureFor(event: StoredEvent, signatures: Rechaining['signatures']): Uint8Array | null {
  if (event.signature === null || signatures === 'stripped') return null;
  if (signatures === 'kept') return event.signature;
  return sign(null, commitStatement(event.chain, event.sequence, event.hash), signatures);
}

/** Puts a key of the attacker's in the place of the chain's, with the word of a gateway's key for it. */
export const handsOver =
  (chain: string, gateway: SigningKey): Edit =>
  (body) =>
    otherSubject(body).replace(
      /"chainKey":\{.*?\}/,
      `"chainKey":${JSON.stringify(delegation(chain, MALLORYS_KEY, gateway))}`,
    );

/** The gateway's own signing key, in the hands of somebody else. */
export function stolenKey({ keyring }: WrittenTrail): SigningKey {
  return { kid: keyring.kid, algorithm: keyring.algorithm, key: keyring.signingKey };
}

/** Makes all seals anew over the events as they are now. */
export async function resealAll(db: RawDatabase, gateway: SigningKey): Promise<void> {
  const events = await db.events();
  const resealed: StoredSeal[] = [];
  for (const seal of await db.seals()) {
    const { chains } = JSON.parse(seal.body) as { chains: Parameters<typeof signedSeal>[0]['chains'] };
    resealed.push(
      signedSeal(
        {
          index: seal.index,
          sealedAt: seal.sealedAt,
          previousSealHash: resealed.at(-1)?.hash ?? seal.previousHash,
          chains: chains.map((stretch) => {
            const head = events.find(({ chain, sequence }) => chain === stretch.chain && sequence === stretch.to);
            return head === undefined ? stretch : { ...stretch, head: Buffer.from(head.hash).toString('hex') };
          }),
        },
        gateway,
      ),
    );
  }
  await db.putSeals(resealed);
}
