import type { Caller } from '../identity/identity.js';
import type { IdentityStore } from '../identity/identity-store.js';
import { type Answer, execute, executeText, type Operation } from './execute.js';
import { Refusal } from './refusal.js';

export interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  readonly keepalive?: boolean;
}

/** Sends operations in somebody's name. A token that is refused as a whole is reported to the identity store. */
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
  /** A document that somebody typed. */
  askText(query: string, caller: Caller, options?: AskOptions): Promise<Answer<unknown>>;
}

export function createClient(path: string, identity: IdentityStore): Client {
  function watched<Result>(answer: Answer<Result>, { token }: Caller): Answer<Result> {
    const [refusal] = answer.refusals;
    if (answer.refusedAsWhole && refusal !== undefined) identity.refused(token, refusal.code);
    return answer;
  }

  return {
    async ask(operation, caller, options) {
      const { data, refusals } = watched(await execute(operation, { path, token: caller.token, ...options }), caller);
      const [refusal] = refusals;
      if (refusal !== undefined) throw refusal;
      if (data === null) throw new Refusal('INTERNAL_SERVER_ERROR', '', {}, null);
      return data;
    },
    askInPart: async (operation, caller, options) =>
      watched(await execute(operation, { path, token: caller.token, ...options }), caller),
    askText: async (query, caller, options) =>
      watched(await executeText<unknown>(query, {}, { path, token: caller.token, ...options }), caller),
  };
}
