import { DetailsHash, EventHash } from './event-hash.js';
import { BYTES_16, BYTES_64, COUNT } from './json-grammar.js';
import type { TrailEvent } from './trail-event.js';

/** Loose on purpose: a tight pattern takes five times as long. Chain ids are checked below, hashes by what they must equal. */
const HEAD = new RegExp(
  `^\\{"chain":"([^"]+)","sequence":(${COUNT}),"previousHash":"([^"]+)","hash":"([^"]+)","body":"`,
);
const SHAPE_OF_CHAIN = /^[\w.-]{1,128}$/;
const TAIL = new RegExp(`^"(?:,"signature":"(${BYTES_64})")?(?:\\}$|,"details":\\{"salt":"(${BYTES_16})","text":")`);
/** No head, and nothing between body and details, is longer than this. */
const WINDOW = 384;
const END = Buffer.from('"}}', 'latin1');

/**
 * A reader of the lines of an export, `{chain, sequence, previousHash, hash, body, signature?, details?}`: null for one that
 * is not spelled exactly as an export spells it. It goes over the bytes of the body once, unescaping them to where they are
 * hashed: with the parsing of the body itself, this is most of the work of a verification besides SHA-256.
 */
export function exportLineReader(): (bytes: Buffer, start: number, end: number) => TrailEvent | null {
  const ofEvent = new EventHash();
  const ofDetails = new DetailsHash();
  let knownChain = '';

  return (bytes, start, end) => {
    const head = HEAD.exec(bytes.toString('latin1', start, Math.min(end, start + WINDOW)));
    const chain = head?.[1] ?? '';
    if (head === null || (chain !== knownChain && !SHAPE_OF_CHAIN.test(chain))) return null;
    knownChain = chain;
    const bodyEnd = ofEvent.take(bytes, start + head[0].length, end);
    if (bodyEnd === -1) return null;

    const tail = TAIL.exec(bytes.toString('latin1', bodyEnd, Math.min(end, bodyEnd + WINDOW)));
    if (tail === null) return null;
    const rest = bodyEnd + tail[0].length;
    const salt = tail[2];
    let actualDetailsHash: string | null = null;
    if (salt !== undefined) {
      const textEnd = ofDetails.take(bytes, rest, end);
      if (textEnd === -1 || textEnd + END.length !== end || bytes.compare(END, 0, END.length, textEnd, end) !== 0) {
        return null;
      }
      actualDetailsHash = ofDetails.salted(salt);
    } else if (rest !== end) return null;

    const previousHash = head[3] ?? '';
    return {
      chain,
      sequence: Number(head[2]),
      previousHash,
      hash: head[4] ?? '',
      body: ofEvent.text(),
      actualHash: ofEvent.after(previousHash),
      signature: tail[1] ?? null,
      actualDetailsHash,
      projections: null,
    };
  };
}
