import type { Config } from '../config/index.js';
import { type CallerLog, createCallerLog } from '../platform/caller-log.js';
import type { Clock } from '../platform/clock.js';
import type { Logger } from '../platform/logger.js';

/** What of the log callers can cause, each bounded by itself: whoever floods the one hides nothing in the other. */
export interface CallerLogs {
  readonly refusalLog: CallerLog;
  readonly signInLog: CallerLog;
}

/** Of people, and of addresses, within a minute: with the stack of each cause some 15 KB a second at most. */
const REFUSALS_PER_MINUTE = 600;
/** Each needs a token that was signed by an issuer, so these are people. */
const SIGN_INS_PER_MINUTE = 6_000;
/** Tokens of one person; who signs in more often than that is a program. */
const SIGN_INS_OF_ONE = 10;

export function createCallerLogs({ denialsPerMinute }: Config, logger: Logger, clock: Clock): CallerLogs {
  return {
    refusalLog: createCallerLog({
      logger,
      clock,
      perMinute: denialsPerMinute,
      mostPerMinute: REFUSALS_PER_MINUTE,
      leftOut: 'more was refused than is logged one by one',
    }),
    signInLog: createCallerLog({
      logger,
      clock,
      perMinute: SIGN_INS_OF_ONE,
      mostPerMinute: SIGN_INS_PER_MINUTE,
      leftOut: 'more session tokens were accepted than are logged one by one',
    }),
  };
}
