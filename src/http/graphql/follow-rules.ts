import type { Identity } from '../../domain/identity.js';
import { GatewayError } from '../../errors/index.js';
import type { Generation, Generations } from './generations.js';
import type { PreparedOperation } from './prepare.js';
import type { RequestParams } from './request-params.js';

export interface Followed {
  /** What the stream's source was opened with. */
  readonly opened: Generation;
  readonly prepared: PreparedOperation;
  readonly params: RequestParams;
  /** The upstreams that the stream has asked so far, by name. */
  readonly upstreams: () => readonly string[];
  /** Told where the source needs nothing of the generation that opened it, so that the stream belongs to the newest from now on. */
  readonly onMovedOn: () => void;
}

/**
 * Has an open stream come under the newest rules, though its source is of the generation that opened it. The source goes on as
 * long as the newest generation would let it be opened in the same way; what it gives is worked out by the newest.
 * @returns gives the operation as the newest generation has it, for one who is in effect now. It throws where the stream has to
 *   end: the document is not valid any more (GraphQLError, GRAPHQL_VALIDATION_FAILED), something in it that the source asks for is
 *   denied by now (GatewayError with the code of the refusal), or a service behind the source is another one now, or the
 *   source too old (UPSTREAM_UNAVAILABLE: whoever opens the stream anew is served).
 */
export function followRules(generations: Generations, followed: Followed): (identity: Identity) => PreparedOperation {
  const { params, upstreams, onMovedOn } = followed;
  let { opened, prepared } = followed;
  let looked = opened;
  let current = prepared;

  return (identity) => {
    const newest = generations.current;
    if (newest !== looked) {
      const next = newest.prepare(params);
      if ('errors' in next) throw next.errors[0] ?? new GatewayError('GRAPHQL_VALIDATION_FAILED');
      current = next;
      looked = newest;
    }
    if (newest === opened) return current;
    const isOwn = newest.isOwn(current.schema);
    if (isOwn !== opened.isOwn(prepared.schema)) throw new GatewayError('UPSTREAM_UNAVAILABLE');
    if (isOwn) {
      // Nothing of its source has to do with any other service. It may stay for weeks, and generations are large.
      opened = newest;
      prepared = current;
      onMovedOn();
      return current;
    }
    const before = opened.deniedIn(prepared, params.variables, identity);
    for (const [coordinate, code] of newest.deniedIn(current, params.variables, identity)) {
      if (!before.has(coordinate)) throw new GatewayError(code);
    }
    const moved = upstreams().some((name) => newest.upstreams.get(name) !== opened.upstreams.get(name));
    if (moved || generations.isRetired(opened)) throw new GatewayError('UPSTREAM_UNAVAILABLE');
    return current;
  };
}
