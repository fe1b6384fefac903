import type { GatewayContext } from '../../context/index.js';
import { GatewayError } from '../../errors/index.js';
import type { EdgeMetrics } from '../../platform/edge-metrics.js';
import { countedAddress } from '../../policy/index.js';
import { Deadlines } from '../protection/deadlines.js';
import { Places } from '../protection/places.js';
import { tooMany } from '../protection/rate-limited.js';

export interface OperationLimitsOptions {
  readonly timeoutSeconds: number;
  /** How many one identity may have under way at once. */
  readonly perIdentity: number;
  readonly metrics: EdgeMetrics;
}

/** Why the signal of an operation was aborted whose time is up. One for all, as `OPERATION_OVER`. */
const TIME_IS_UP = new Error('the time of the operation is up');

/**
 * What operations may take of time, and how many of them may be under way at once. What a resolver does at once, without waiting for
 * anything, is neither counted nor ended: nothing else runs meanwhile, a timer included.
 */
export class OperationLimits {
  readonly #deadlines: Deadlines;
  /** By the id of the person, and by the address of those without a token: a key of both would be made for every request. */
  readonly #actors: Places;
  readonly #addresses: Places;
  readonly #seconds: number;
  readonly #metrics: EdgeMetrics;

  constructor({ timeoutSeconds, perIdentity, metrics }: OperationLimitsOptions) {
    this.#deadlines = new Deadlines(timeoutSeconds * 1_000);
    this.#actors = new Places(perIdentity);
    this.#addresses = new Places(perIdentity);
    this.#seconds = timeoutSeconds;
    this.#metrics = metrics;
  }

  /** Whether one more operation of whoever is acting may begin. */
  mayBegin({ identity, request }: GatewayContext): boolean {
    return identity.kind === 'anonymous'
      ? this.#addresses.hasFree(countedAddress(request.ipAddress))
      : this.#actors.hasFree(identity.actor.id);
  }

  /** The refusal of an operation that may not begin. */
  tooMany(): GatewayError {
    this.#metrics.limited('operationsPerIdentity');
    return tooMany('operationsPerIdentity', this.#actors.allowed);
  }

  /**
   * What comes of an operation under way, which counts meanwhile; or, where its time is up before, what is made of that.
   * @param done is given what it came to
   * @param timeUp is given the error to be told
   */
  whole<T, R>(
    context: GatewayContext,
    work: PromiseLike<T>,
    done: (value: T) => R | PromiseLike<R>,
    timeUp: (error: GatewayError) => R | PromiseLike<R>,
  ): Promise<R> {
    const { identity, request } = context;
    const anonymous = identity.kind === 'anonymous';
    const places = anonymous ? this.#addresses : this.#actors;
    const who = anonymous ? countedAddress(request.ipAddress) : identity.actor.id;
    places.take(who);
    return this.#deadlines.limit(
      work,
      done,
      () => timeUp(this.#giveUp(context)),
      () => places.leave(who),
    );
  }

  /** The same for one step of a stream, which counts as a stream already. */
  step<T>(context: GatewayContext, work: PromiseLike<T>): Promise<T> {
    return this.#deadlines.limit(
      work,
      (value) => value,
      () => {
        throw this.#giveUp(context);
      },
    );
  }

  /** What is under way is not ended any more. */
  close(): void {
    this.#deadlines.close();
  }

  #giveUp(context: GatewayContext): GatewayError {
    context.onward.end(TIME_IS_UP);
    this.#metrics.timedOut();
    const { name = null, type = null, fields = [] } = context.operation.describe() ?? {};
    context.log.warn({ operation: { name, type, fields }, seconds: this.#seconds }, 'an operation took too long');
    return new GatewayError('QUERY_TOO_COMPLEX', {
      message: `The operation took longer than the ${this.#seconds} s that are allowed (operationSeconds), and was given up.`,
      extensions: { limit: { name: 'operationSeconds', allowed: this.#seconds } },
    });
  }
}
