import { GatewayError } from '../errors/index.js';
import type { GatewayContext } from './gateway-context.js';
import { noteUnstoredEnd } from './unstored-ends.js';

/**
 * Ends a session by `end`, and notes where only this replica knows of it: also where it had ended before, or the second who asks would
 * be told that all is well. Whoever may not end it learns nothing.
 */
export async function withUnstoredEnd<Ended>(
  context: GatewayContext,
  named: string | null,
  end: () => Promise<Ended>,
  sessionIdOf: (ended: Ended) => string,
): Promise<Ended> {
  const { isUnstored } = context.services.impersonation;
  const note = (sessionId: string) => {
    if (isUnstored(sessionId)) noteUnstoredEnd(context, sessionId);
  };
  try {
    const ended = await end();
    note(sessionIdOf(ended));
    return ended;
  } catch (error) {
    if (named !== null && error instanceof GatewayError && error.code === 'IMPERSONATION_ENDED') note(named);
    throw error;
  }
}
