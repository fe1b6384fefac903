import { GatewayError } from '../../errors/index.js';
import type { Logger } from '../../platform/logger.js';
import { framesOf, loggableCode, UpstreamFailure } from './upstream-failure.js';

/** What is nobody's fault, or was said when it began. */
const QUIET: ReadonlySet<string> = new Set(['cancelled', 'closed', 'breaker-open']);

/** Whether a call that ended so is not worth a line of its own in the log. */
export function isQuiet(outcome: string): boolean {
  return QUIET.has(outcome);
}

/** What the client gets of a failure, with the failure as its cause for the log alone. */
export function clientError(failure: UpstreamFailure): GatewayError {
  if (failure.reason === 'slow-client') {
    return new GatewayError('UPSTREAM_UNAVAILABLE', {
      message: 'Events came faster than they were taken, so this stream was ended. Subscribe again.',
    });
  }
  return new GatewayError('UPSTREAM_UNAVAILABLE', isQuiet(failure.reason) ? {} : { cause: failure });
}

/** What was thrown as a failure of the service; what is none is a mistake, and leaves where it was made in the log. */
export function asFailure(upstream: string, error: unknown, log: Logger): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error;
  log.error({ frames: framesOf(error) }, 'a service could not be asked by a mistake of the gateway');
  return new UpstreamFailure(upstream, 'unexpected', { code: loggableCode(error) });
}
