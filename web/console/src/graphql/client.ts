import type { Caller } from '../identity/identity.js';
import type { IdentityStore } from '../identity/identity-store.js';
import { noteEndedHereOnly } from './ended-here-only.js';
import { type Answer, execute, executeText, type Operation, type Sending } from './execute.js';
import type { Presence } from './presence.js';
import { Refusal } from './refusal.js';
import { shownAnswer } from './shown-text.js';

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly keepalive?: boolean;
}

/**
 * Sends operations in somebody's name. A token that is refused as a whole is reported to the identity store; an end that is not stored
 * yet is kept in mind, whoever asked for it. What nobody caused is marked as such, so that an impersonation which nobody uses can end.
 */
export interface Client {
  /** The data, complete. Throws the first {@link Refusal} where any part was refused. */
  ask<Result, Variables>(
    operation: Operation<Result, Variables>,
    caller: Caller,
    options?: AskOptions,
  ): Promise<Result>;
  /** The data with what was refused beside it. */
  askInPart<Result, Variables>(
    operation: Operation<Result, Variables>,
    caller: Caller,
    options?: AskOptions,
  ): Promise<Answer<Result>>;
  /** A document that somebody typed; of its result nothing is changed. */
  askText(query: string, caller: Caller, options?: AskOptions): Promise<Answer<unknown>>;
}

export function createClient(path: string, identity: IdentityStore, presence: Presence): Client {
  const sendingOf = ({ token }: Caller, options: AskOptions = {}): Sending => ({
    path,
    token,
    ...options,
    isUnattended: !presence.isSomebodyThere(),
  });

  async function watched<Result>(
    asking: Promise<Answer<Result>>,
    { token }: Caller,
    variables: unknown,
  ): Promise<Answer<Result>> {
    // Who asks: by the time of the answer they may have signed out.
    const byId = identity.read().own?.person.id ?? null;
    const answer = await asking;
    const [refusal] = answer.refusals;
    for (const sessionId of answer.endedHereOnly) noteEndedHereOnly({ sessionId, reason: reasonIn(variables), byId });
    if (answer.refusedAsWhole && refusal !== undefined) identity.refused(token, refusal.code);
    return answer;
  }

  return {
    async ask(operation, caller, options) {
      const sent = execute(operation, sendingOf(caller, options));
      const { data, refusals } = await watched(sent, caller, operation.variables);
      const [refusal] = refusals;
      if (refusal !== undefined) throw refusal;
      if (data === null) throw new Refusal('INTERNAL_SERVER_ERROR', '', {}, null);
      return shownAnswer(data);
    },
    async askInPart(operation, caller, options) {
      const sent = execute(operation, sendingOf(caller, options));
      const answer = await watched(sent, caller, operation.variables);
      return { ...answer, data: shownAnswer(answer.data) };
    },
    askText: (query, caller, options) =>
      watched(executeText<unknown>(query, {}, sendingOf(caller, options)), caller, {}),
  };
}

/** Of all that ends a session, a revocation alone has a reason. */
function reasonIn(variables: unknown): string | null {
  if (typeof variables !== 'object' || variables === null || !('reason' in variables)) return null;
  return typeof variables.reason === 'string' ? variables.reason : null;
}
