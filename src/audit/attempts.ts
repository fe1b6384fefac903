import type { EventDraft } from '../domain/audit-event.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';
import type { AuditTrail } from './trail.js';

export interface AttemptRecorderOptions {
  readonly trail: AuditTrail;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Refused attempts per key and minute that get an event each; the rest of that minute is folded into one. */
  readonly perMinute: number;
  /** Keys tracked at once; a flood from more sources than that is folded together. Default 10,000. */
  readonly maxKeys?: number;
  /** Told of every one, folded or not. */
  readonly onRefused?: (draft: EventDraft) => void;
}

/** Records refused attempts, so that a flood of them can fill neither the trail nor the memory. */
export interface AttemptRecorder {
  /**
   * Records a refused attempt, durably where the trail can; a refusal stands whether or not it could be recorded.
   * @param key who is counted: the actor, or the address of an anonymous caller.
   * @param when `now`: resolves once durable or given up; `later`: resolves at once, and it is retried until written.
   */
  refused(key: string, draft: EventDraft, when?: 'now' | 'later'): Promise<void>;
  /** Hands what is folded so far to the trail, which writes it before it closes itself. */
  close(): Promise<void>;
}

interface Window {
  readonly startedAt: number;
  seen: number;
  folded: number;
  last: EventDraft | null;
  lastAt: number;
}

const MINUTE_MS = 60_000;
const OVERFLOW_KEY = '\u0000overflow';
/** An event that stands for the attempts of many must not name one of them. */
const OF_MANY = { actor: null, subjectId: null, session: null, operation: null, details: {} } as const;

/** Whether the window's minute is over; so it is where the clock was set back, which must not make it an hour. */
function isOver(window: Window, now: number): boolean {
  const age = now - window.startedAt;
  return age < 0 || age >= MINUTE_MS;
}

/** Creates the recorder. Its timer does not keep the process alive. */
export function createAttemptRecorder(options: AttemptRecorderOptions): AttemptRecorder {
  const { trail, clock, logger, perMinute } = options;
  const maxKeys = options.maxKeys ?? 10_000;
  const windows = new Map<string, Window>();

  function windowOf(key: string): Window {
    const now = clock.now();
    const counted = windows.has(key) || windows.size < maxKeys ? key : OVERFLOW_KEY;
    let window = windows.get(counted);
    if (window === undefined || isOver(window, now)) {
      if (window !== undefined) flush(window);
      window = { startedAt: now, seen: 0, folded: 0, last: null, lastAt: now };
      windows.set(counted, window);
    }
    return window;
  }

  function flush(window: Window): void {
    if (window.last === null) return;
    const draft: EventDraft = { ...window.last, occurredAt: window.lastAt, count: window.folded };
    window.last = null;
    window.folded = 0;
    trail.recordEventually(draft).catch((error: unknown) => {
      logger.error({ err: error }, 'folded refusals could not be recorded');
    });
  }

  const sweep = setInterval(() => {
    const now = clock.now();
    for (const [key, window] of windows) {
      if (!isOver(window, now)) continue;
      flush(window);
      windows.delete(key);
    }
  }, 1_000);
  sweep.unref();

  return {
    async refused(key, draft, when = 'now') {
      options.onRefused?.(draft);
      const window = windowOf(key);
      window.seen += 1;
      if (window.seen > perMinute) {
        window.folded += 1;
        window.last = windows.get(key) === window ? draft : { ...draft, ...OF_MANY };
        window.lastAt = clock.now();
        return;
      }
      if (when === 'later') {
        trail.recordEventually(draft).catch((error: unknown) => {
          logger.error({ err: error, type: draft.type, code: draft.code }, 'a refusal could not be recorded');
        });
        return;
      }
      try {
        await trail.record(draft);
      } catch (error) {
        logger.error({ err: error, type: draft.type, code: draft.code }, 'a refusal could not be recorded');
      }
    },
    async close() {
      clearInterval(sweep);
      for (const window of windows.values()) flush(window);
      windows.clear();
    },
  };
}
