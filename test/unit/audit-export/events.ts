import { createHash } from 'node:crypto';
import type { StoredEvent } from '../../../src/domain/audit-event.js';
import { gatewayKey, TestChain } from '../audit-verify/writer.js';

type Details = Readonly<Record<string, string>>;

/** 2026-01-31T12:00:00Z */
export const NOON = Date.UTC(2026, 0, 31, 12);

/** An operation under impersonation that lasted 1.5 ms. */
export function operationEvent(details: Details = {}, more: { name?: string; subject?: string } = {}): StoredEvent {
  const chain = new TestChain('chain-a', gatewayKey('gateway'));
  const event = chain.append({
    type: 'OPERATION_COMPLETED',
    at: NOON,
    outcome: 'FAILURE',
    code: 'FORBIDDEN',
    count: 3,
    subject: more.subject ?? 'user_cleo',
    session: { id: 'session-1', startedAt: NOON - 1_000, expiresAt: NOON + 600_000 },
    operation: { name: more.name ?? 'Orders', type: 'QUERY', durationMs: 1.5 },
    details,
  });
  return event;
}

/** An event whose body is anything; its hash fits. */
export function eventWithBody(body: string, more: Partial<StoredEvent> = {}): StoredEvent {
  return { ...operationEvent(), body, hash: createHash('sha256').update(body).digest(), ...more };
}
