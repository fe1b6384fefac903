import type { FaultKind } from '../../../src/audit/verify/index.js';
import type { Attack } from './attack.js';
import { GATEWAY, MIDNIGHT, SESSION } from './story.js';
import { TestChain } from './writer.js';

const laterSession = { id: 'session-2', startedAt: MIDNIGHT + 21_000, expiresAt: MIDNIGHT + 621_000 };
const anotherSession = { ...SESSION, id: 'session-3' };
const anOperation = { name: 'Orders', type: 'QUERY', durationMs: 5 } as const;

/** What a gateway gone wrong would write: everything about it is authentic. */
function written(
  name: string,
  faults: readonly FaultKind[],
  write: (chain: TestChain) => void,
  now = seconds(10_000),
): Attack {
  return {
    name,
    attack(trail) {
      const chain = new TestChain('chain-c', GATEWAY);
      write(chain);
      chain.commit();
      trail.events.push(...chain.events);
      trail.events.sort((one, other) =>
        one.chain < other.chain ? -1 : one.chain > other.chain ? 1 : one.sequence - other.sequence,
      );
    },
    faults,
    options: { maxUnsealedMs: Number.POSITIVE_INFINITY, now },
  };
}

const seconds = (count: number): number => MIDNIGHT + count * 1_000;

export const MEANING: readonly Attack[] = [
  written('an operation of a session that was never started', ['SESSION_NOT_STARTED'], (chain) => {
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(2), session: anotherSession, operation: anOperation });
  }),
  written('an end of a session that was never started', ['SESSION_NOT_STARTED'], (chain) => {
    chain.append({ type: 'IMPERSONATION_EXPIRED', at: seconds(601), session: anotherSession });
  }),
  written('an operation long before its session was started', ['OPERATION_BEFORE_START'], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(-30), session: SESSION });
  }),
  written('an operation before its session was started, in one chain', ['OPERATION_BEFORE_START'], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
  }),
  written('a session that is started twice', ['SESSION_STARTED_TWICE'], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: SESSION });
  }),
  written('a session that ends twice', ['SESSION_ENDED_TWICE'], (chain) => {
    chain.append({ type: 'IMPERSONATION_REVOKED', at: seconds(9), session: SESSION });
  }),
  written('a session that ends and is voided', ['SESSION_ENDED_TWICE'], (chain) => {
    chain.append({ type: 'IMPERSONATION_VOIDED', at: seconds(9), session: SESSION });
  }),
  written('a session that never ends, while gateways go on', ['SESSION_NOT_ENDED'], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'AUDIT_READ', at: seconds(700) });
    chain.append({ type: 'AUDIT_READ', at: seconds(900) });
  }),
  written('a mutation attempted after the end of its session', ['OPERATION_AFTER_END'], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(30), session: SESSION });
  }),
  written('a query begun after the end of its session', ['OPERATION_AFTER_END'], (chain) => {
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(30), session: SESSION, operation: anOperation });
  }),
  written('an operation begun after the expiry of a session that nobody ended', ['OPERATION_AFTER_END'], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(650), session: anotherSession });
  }),
  written('a query that began before the end of its session and took long', [], (chain) => {
    const slow = { ...anOperation, durationMs: 25_000 };
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(30), session: SESSION, operation: slow });
  }),
  written('a mutation under way at the end of its session', [], (chain) => {
    const mutation = { name: 'Note', type: 'MUTATION', durationMs: 5 } as const;
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(60), session: SESSION, operation: mutation });
  }),
  written('refusals long after the end of a session', [], (chain) => {
    chain.append({ type: 'OPERATION_DENIED', at: seconds(9_000), session: SESSION, code: 'TOKEN_EXPIRED', count: 900 });
  }),
  written('an operation on a replica whose clock is a little ahead', [], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(12), session: SESSION });
  }),
  written('a session that nobody ended because no gateway was running', [], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'AUDIT_READ', at: seconds(900) });
  }),
  written('a session that was never started, nor ended, while gateways go on', ['SESSION_NOT_STARTED'], (chain) => {
    chain.append({ type: 'OPERATION_COMPLETED', at: seconds(2), session: anotherSession, operation: anOperation });
    chain.append({ type: 'AUDIT_READ', at: seconds(610) });
    chain.append({ type: 'AUDIT_READ', at: seconds(740) });
  }),
  written('a session that is not ended when it was to be', ['SESSION_NOT_ENDED'], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'AUDIT_READ', at: seconds(601) });
    chain.append({ type: 'AUDIT_READ', at: seconds(721) });
  }),
  written('a session that may still be ended', [], (chain) => {
    chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
    chain.append({ type: 'AUDIT_READ', at: seconds(601) });
    chain.append({ type: 'AUDIT_READ', at: seconds(720.999) });
  }),
  written(
    'a session that had not ended by the moment of the verification',
    ['SESSION_NOT_ENDED'],
    goesOn,
    seconds(721),
  ),
  written('a session that ended after the moment of the verification, or did not', [], goesOn, seconds(720.999)),
  written('an operation within the tolerance after the end', [], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(18), session: SESSION });
  }),
  written('an operation a millisecond later than that', ['OPERATION_AFTER_END'], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(18.001), session: SESSION });
  }),
  written('an operation within the tolerance before the start', [], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(-9), session: SESSION });
  }),
  written('an operation a millisecond earlier than that', ['OPERATION_BEFORE_START'], (chain) => {
    chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(-9.001), session: SESSION });
  }),
  written(
    'an operation early in the chain of one replica, of a session that started late in that of another',
    [],
    (chain) => {
      chain.append({ type: 'OPERATION_ATTEMPTED', at: seconds(22), session: laterSession });
    },
  ),
];

/** A session that began at once, and a gateway that writes at its expiry and two minutes later. */
function goesOn(chain: TestChain): void {
  chain.append({ type: 'IMPERSONATION_STARTED', at: seconds(1), session: anotherSession });
  chain.append({ type: 'AUDIT_READ', at: seconds(601) });
  chain.append({ type: 'AUDIT_READ', at: seconds(721) });
}
