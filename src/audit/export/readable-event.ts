import type { EventDetails, StoredEvent } from '../../domain/audit-event.js';
import { RecordedEvent } from '../recorded-event.js';

/** What a table or a SIEM shows of an event. */
export interface ReadableEvent {
  readonly stored: StoredEvent;
  /** Empty where it is not what a gateway wrote: an export of an edited trail must not stop at the edit. */
  readonly body: Partial<RecordedEvent['body']> & {
    readonly request?: { readonly traceparent: string | null };
    readonly gateway?: { readonly instance: string; readonly version: string };
  };
  readonly details: EventDetails;
  /** RFC 3339; null where the stored time is none. */
  readonly occurredAt: string | null;
}

const LAST_TIME = 8.64e15;

export function readable(stored: StoredEvent): ReadableEvent {
  const recorded = new RecordedEvent(stored);
  const { occurredAt } = stored;
  return {
    stored,
    body: objectOr(() => recorded.body),
    details: objectOr(() => recorded.details),
    occurredAt: Math.abs(occurredAt) <= LAST_TIME ? new Date(occurredAt).toISOString() : null,
  };
}

function objectOr<T extends object>(read: () => T): Partial<T> {
  try {
    const value: unknown = read();
    return typeof value === 'object' && value !== null ? (value as T) : {};
  } catch {
    return {};
  }
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
