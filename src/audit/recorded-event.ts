import type { EventActor, EventAnomaly, EventDetails, EventOperation, StoredEvent } from '../domain/audit-event.js';
import type { ImpersonationAccess } from '../domain/impersonation-session.js';

/** The parts of a stored body that reading needs beyond the projections. */
interface BodyView {
  readonly chain: string;
  readonly sequence: number;
  readonly code: string | null;
  readonly detailsHash: string;
  readonly count?: number;
  readonly actor: EventActor | null;
  readonly subject: { readonly id: string } | null;
  /** Times as RFC 3339 text. */
  readonly session: {
    readonly id: string;
    readonly access: ImpersonationAccess;
    readonly startedAt: string;
    readonly expiresAt: string;
  } | null;
  readonly operation: EventOperation | null;
  /** Times as RFC 3339 text. */
  readonly gap?: { readonly from: string; readonly until: string; readonly lost: number };
  readonly anomaly?: EventAnomaly;
  readonly pruned?: { readonly before: string; readonly archive: { readonly sha256: string; readonly events: number } };
  /** Times as RFC 3339 text. */
  readonly hold?: Readonly<Record<'id' | 'userId' | 'sessionId' | 'from' | 'to' | 'until', string | null>>;
}

/** A stored event as readers see it: the body and details parsed once, on first use. */
export class RecordedEvent {
  readonly stored: StoredEvent;
  readonly #cursor: () => string | null;
  #body: BodyView | undefined;
  #details: EventDetails | undefined;

  /** @param cursor makes the cursor behind the event in a stream; absent, there is no stream. */
  constructor(stored: StoredEvent, cursor: () => string | null = () => null) {
    this.stored = stored;
    this.#cursor = cursor;
  }

  /** Where a stream goes on after this event; null outside a stream. */
  get streamCursor(): string | null {
    return this.#cursor();
  }

  get body(): BodyView {
    this.#body ??= JSON.parse(this.stored.body) as BodyView;
    return this.#body;
  }

  /** Empty where the details were erased. */
  get details(): EventDetails {
    if (this.stored.details === null) return {};
    this.#details ??= JSON.parse(this.stored.details.text) as EventDetails;
    return this.#details;
  }
}
