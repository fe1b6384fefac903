import { GatewayError } from '../../errors/index.js';
import type { Logger } from '../../platform/logger.js';
import { type PaceTime, realPaceTime } from '../recheck/pace.js';
import { PrunedMeanwhileError } from '../verify/index.js';
import { Broadcast } from './broadcast.js';
import type { VerificationProgress } from './progress.js';
import { notBegun, runVerification, type VerificationRunOptions } from './verification-run.js';

export interface VerificationOptions extends Pick<VerificationRunOptions, 'store' | 'keys' | 'anchorFile' | 'clock'> {
  readonly logger: Logger;
  readonly time?: PaceTime;
}

/** Verifies the trail when somebody asks for it. */
export interface Verification {
  /**
   * How far the verification under way is, from now to its verdict; begins one where there is none. It is given up when the last
   * who follows leaves.
   * @param permit awaited before anything is begun or told; where it rejects, nothing is
   * @throws GatewayError UPSTREAM_UNAVAILABLE: the gateway is stopping. From the stream also StoreUnavailableError: nothing is known.
   */
  follow(permit: () => Promise<void>): Promise<AsyncIterableIterator<VerificationProgress>>;
  /** Ends the one under way at once, and begins no other. */
  stop(): Promise<void>;
}

interface Run {
  readonly progress: Broadcast<VerificationProgress>;
  readonly giveUp: AbortController;
  readonly ended: Promise<void>;
  followers: number;
}

/** One at a time, however many ask: a second one would only read the same trail again. */
export function createVerification(options: VerificationOptions): Verification {
  const { clock, logger, time = realPaceTime } = options;
  let current: Run | null = null;
  let stopping = false;

  function begin(): Run {
    const progress = new Broadcast<VerificationProgress>(notBegun(clock.now()));
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const publish = (step: VerificationProgress): void => progress.publish(step);
    const ended = runVerification({ ...options, time, signal, publish }).then(
      ({ verdict, checkedEvents, faultCount }) => {
        logger.info({ verdict, checkedEvents, faultCount }, 'the audit trail was verified on request');
        finish(null);
      },
      (error: unknown) => {
        if (!signal.aborted) logger.warn({ err: error }, 'a verification of the audit trail was not finished');
        finish(asToldToClients(error));
      },
    );
    const run: Run = { progress, giveUp, ended, followers: 0 };

    function finish(error: unknown): void {
      if (current === run) current = null;
      progress.end(error);
    }
    return run;
  }

  function leave(run: Run): void {
    run.followers -= 1;
    if (run.followers > 0) return;
    if (current === run) current = null;
    run.giveUp.abort(new Error('nobody follows the verification any more'));
  }

  return {
    async follow(permit) {
      await permit();
      if (stopping) throw new GatewayError('UPSTREAM_UNAVAILABLE', { message: 'The gateway is stopping.' });
      current ??= begin();
      const run = current;
      run.followers += 1;
      return run.progress.follow(() => leave(run));
    },
    async stop() {
      stopping = true;
      const run = current;
      run?.giveUp.abort(new GatewayError('UPSTREAM_UNAVAILABLE', { message: 'The gateway is stopping.' }));
      await run?.ended;
    },
  };
}

/** What is missing from a trail that is being pruned says nothing: no verdict, and whoever asked may ask again. */
function asToldToClients(error: unknown): unknown {
  if (!(error instanceof PrunedMeanwhileError)) return error;
  return new GatewayError('UPSTREAM_UNAVAILABLE', { message: error.message, cause: error });
}
