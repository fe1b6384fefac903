import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { EventDraft, StoredEvent } from '../../../src/domain/audit-event.js';
import { createLogger, type Logger } from '../../../src/platform/logger.js';

/** 2026-01-01T00:00:00Z */
export const EPOCH = 1_767_225_600_000;

/** An event to be recorded. Its request id tells it from others. */
export function draft(requestId: string, more: Partial<EventDraft> = {}): EventDraft {
  return {
    type: 'OPERATION_COMPLETED',
    outcome: 'SUCCESS',
    code: null,
    occurredAt: EPOCH,
    actor: { id: 'user_ada', issuer: 'https://id.example', authTime: 1_767_225_000, amr: ['pwd', 'otp'] },
    subjectId: 'user_cleo',
    session: { id: 'session-1', access: 'READ_ONLY', startedAt: EPOCH, expiresAt: EPOCH + 600_000 },
    operation: null,
    request: { id: requestId, traceparent: null },
    count: 1,
    details: {},
    ...more,
  };
}

/** A logger whose lines a test can read. */
export function collectedLog(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'trace',
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { logger, lines };
}

const sha256 = (...parts: (string | Uint8Array)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/**
 * Checks all that is stored by the formulas of the audit trail's specification, worked out here anew: each chain begins at 0,
 * has no gap, is linked, commits to its content and details, and its time never decreases.
 * @returns how many chains there are.
 */
export function expectValidChains(events: readonly StoredEvent[]): number {
  const chains = new Map<string, StoredEvent[]>();
  for (const event of events) chains.set(event.chain, [...(chains.get(event.chain) ?? []), event]);
  for (const [chain, members] of chains) {
    let head: Buffer = sha256(`impersonation-gateway/genesis/v1\n${chain}`);
    let time = 0;
    members.sort((a, b) => a.sequence - b.sequence);
    for (const [sequence, event] of members.entries()) {
      expect(event.sequence).toBe(sequence);
      expect(event.id).toBe(`${chain}:${String(sequence).padStart(12, '0')}`);
      expect(Buffer.from(event.previousHash).equals(head)).toBe(true);
      head = sha256('impersonation-gateway/event/v1\n', head, event.body);
      expect(Buffer.from(event.hash).equals(head)).toBe(true);
      const body = JSON.parse(event.body);
      expect(body).toMatchObject({ chain, sequence, type: event.type, request: { id: event.requestId } });
      expect(body.occurredAt).toBe(new Date(event.occurredAt).toISOString());
      expect(event.occurredAt).toBeGreaterThanOrEqual(time);
      time = event.occurredAt;
      if (event.details !== null) {
        expect(event.details.salt).toHaveLength(16);
        expect(body.detailsHash).toBe(sha256(event.details.salt, event.details.text).toString('hex'));
      }
    }
  }
  return chains.size;
}

/** The request ids of stored events, in the order in which they were stored; AUDIT_GAP, which is nobody's request, aside. */
export function requestIds(events: readonly StoredEvent[]): string[] {
  return events.filter(({ type }) => type !== 'AUDIT_GAP').map(({ requestId }) => requestId);
}
