import type { Clock } from './clock.js';
import type { Logger } from './logger.js';

/**
 * Lines of the log that callers cause, and could cause without an end. Each caller has so many a minute, and all of a kind together have
 * so many; what is beyond is counted, and told by one line when the minute is over. So a flood can fill neither a disk nor the memory.
 */
export interface CallerLog {
  /**
   * Writes the line, or counts it.
   * @param caller whose line it is: a kind, a colon, and who (`actor:user_7`, `address:192.0.2.7`). Floods of one kind leave the lines
   *   of the others alone
   */
  info(caller: string, fields: object, message: string): void;
  /** Tells what was left out so far. Lines after it are written as before. */
  flush(): void;
  /** The same, for the last time. */
  close(): void;
}

export interface CallerLogOptions {
  readonly logger: Pick<Logger, 'info'>;
  readonly clock: Clock;
  /** Lines of one caller within a minute. */
  readonly perMinute: number;
  /** Lines of all callers of one kind within a minute. */
  readonly mostPerMinute: number;
  /** The sentence of the line that tells how many were left out. */
  readonly leftOut: string;
}

/** Counts of one minute. */
interface Minute {
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Of each kind: how many lines were written, and how many left out of callers that had none written. */
  readonly kinds: Map<string, { written: number; leftOut: number }>;
  /** Of each caller with a line in it: no more than there are lines. */
  readonly callers: Map<string, { written: number; leftOut: number }>;
}

const MINUTE_MS = 60_000;
/** How late the line about what was left out may be. */
const LOOK_MS = 1_000;

/** Creates the log. Its timer does not keep the process alive. */
export function createCallerLog(options: CallerLogOptions): CallerLog {
  const { logger, clock, perMinute, mostPerMinute, leftOut } = options;
  let minute: Minute | null = null;

  function tell(over: Minute): void {
    for (const [caller, { leftOut: count }] of over.callers) if (count > 0) logger.info({ caller, count }, leftOut);
    for (const [kind, { leftOut: count }] of over.kinds) {
      if (count > 0) logger.info({ caller: `${kind}:others`, count }, leftOut);
    }
  }

  function flush(): void {
    if (minute !== null) tell(minute);
    minute = null;
  }

  function current(): Minute {
    const now = clock.now();
    // A clock that was set back must not make a minute of an hour.
    if (minute !== null && (now < minute.since || now - minute.since >= MINUTE_MS)) flush();
    minute ??= { since: now, kinds: new Map(), callers: new Map() };
    return minute;
  }

  const look = setInterval(() => {
    if (minute !== null) current();
  }, LOOK_MS);
  look.unref();

  return {
    info(caller, fields, message) {
      const { kinds, callers } = current();
      const kind = caller.slice(0, Math.max(0, caller.indexOf(':')));
      const ofKind = entry(kinds, kind);
      const hasRoom = ofKind.written < mostPerMinute;
      const own = hasRoom ? entry(callers, caller) : callers.get(caller);
      if (own === undefined) ofKind.leftOut += 1;
      else if (!hasRoom || own.written >= perMinute) own.leftOut += 1;
      else {
        own.written += 1;
        ofKind.written += 1;
        logger.info(fields, message);
      }
    },
    flush,
    close() {
      clearInterval(look);
      flush();
    },
  };
}

function entry(counts: Map<string, { written: number; leftOut: number }>, key: string) {
  let counted = counts.get(key);
  if (counted === undefined) {
    counted = { written: 0, leftOut: 0 };
    counts.set(key, counted);
  }
  return counted;
}
