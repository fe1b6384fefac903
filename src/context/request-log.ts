import type { Logger } from '../platform/logger.js';

/** What resolvers may log with: pino's methods, each line with the id of the request. */
export type RequestLog = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;

/** Most requests log nothing: the logger is made by the first that does. */
class LazyRequestLog {
  readonly #parent: Logger;
  readonly #requestId: string;
  #made: Logger | null = null;

  constructor(parent: Logger, requestId: string) {
    this.#parent = parent;
    this.#requestId = requestId;
  }

  get #logger(): Logger {
    this.#made ??= this.#parent.child({ requestId: this.#requestId });
    return this.#made;
  }

  get trace(): Logger['trace'] {
    return this.#logger.trace.bind(this.#logger);
  }
  get debug(): Logger['debug'] {
    return this.#logger.debug.bind(this.#logger);
  }
  get info(): Logger['info'] {
    return this.#logger.info.bind(this.#logger);
  }
  get warn(): Logger['warn'] {
    return this.#logger.warn.bind(this.#logger);
  }
  get error(): Logger['error'] {
    return this.#logger.error.bind(this.#logger);
  }
  get fatal(): Logger['fatal'] {
    return this.#logger.fatal.bind(this.#logger);
  }
  get child(): Logger['child'] {
    return this.#logger.child.bind(this.#logger) as Logger['child'];
  }
}

export function createRequestLog(parent: Logger, requestId: string): RequestLog {
  return new LazyRequestLog(parent, requestId);
}
