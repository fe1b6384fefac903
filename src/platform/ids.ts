import { randomFillSync, randomUUID } from 'node:crypto';

/** A fresh random id (UUID version 4, 122 random bits from the system's generator). */
export function newId(): string {
  return randomUUID();
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const BYTES = 10;
const pool = Buffer.allocUnsafe(BYTES * 256);
let used = pool.length;
let lastTime = Number.NaN;
let timeText = '';

/**
 * A fresh id that grows with time (UUID version 7, RFC 9562 §5.7: 48 bits of milliseconds, 74 random bits from the system's
 * generator). Ids that come one after the other lie side by side in an index, which makes writing them several times as
 * cheap; it tells when it was made, so it is for what tells that anyway.
 */
export function newTimedId(now: number = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const at = used;
  used += BYTES;
  if (now !== lastTime) {
    const hex = now.toString(16).padStart(12, '0');
    timeText = `${hex.slice(0, 8)}-${hex.slice(8)}`;
    lastTime = now;
  }
  const hex = (offset: number, mask = 0xff, set = 0): string =>
    HEX[((pool[at + offset] as number) & mask) | set] as string;
  return `${timeText}-${hex(0, 0x0f, 0x70)}${hex(1)}-${hex(2, 0x3f, 0x80)}${hex(3)}-${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`;
}
