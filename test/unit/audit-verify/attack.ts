import { sign } from 'node:crypto';
import { commitStatement } from '../../../src/audit/format.js';
import type { FaultKind, VerifyOptions } from '../../../src/audit/verify/index.js';
import { change, placeOf, rewrite, type Trail } from './story.js';
import { gatewayKey, keyOf } from './writer.js';

/** Something done to a trail by somebody with full access to the database, and what a verification must call it. */
export interface Attack {
  readonly name: string;
  readonly attack: (trail: Trail) => void;
  /** Each of these kinds must be among the faults; none: the verification must hold. */
  readonly faults: readonly FaultKind[];
  /** Which verifications can see it; both by default. */
  readonly by?: 'export' | 'store';
  readonly options?: VerifyOptions;
}

/** An attacker's own keys. */
export const MALLORY = gatewayKey('gateway-1-of-mallory');
export const MALLORYS_CHAIN_KEY = keyOf('mallory');

export const edited = (body: string): string => body.replace('user_cleo', 'user_carl');
export const cut = (trail: Trail, ...names: readonly string[]): void => {
  for (const name of names) trail.events.splice(placeOf(trail, name), 1);
};

/** Signs the commits of a chain anew, from a given event on. */
export function resign(trail: Trail, from: string, key = MALLORYS_CHAIN_KEY): void {
  const first = placeOf(trail, from);
  for (const [at, event] of trail.events.entries()) {
    if (at < first || event.chain !== trail.events[first]!.chain || event.signature === null) continue;
    const signature = sign(null, commitStatement(event.chain, event.sequence, event.hash), key);
    trail.events[at] = { ...event, signature };
  }
}

/** Appends an event to chain A that nobody wrote, hashed as it should be. */
export function forge(trail: Trail, edit: (body: string) => string, key: ReturnType<typeof keyOf> | null): void {
  const at = placeOf(trail, 'A6');
  const last = trail.events[at]!;
  const forged = {
    ...last,
    sequence: 7,
    id: last.id.replace('000006', '000007'),
    previousHash: last.hash,
    signature: null,
  };
  trail.events.splice(at + 1, 0, forged);
  rewrite(trail, 'A7', (body) => edit(body.replace('"sequence":6', '"sequence":7')));
  if (key === null) return;
  change(trail, 'A7', ({ hash }) => ({ signature: sign(null, commitStatement('chain-a', 7, hash), key) }));
}
