import { ERROR_CATALOGUE, type ErrorCode } from './catalogue.js';

export interface GatewayErrorOptions {
  /** A public sentence more telling than the catalogue's. It must hold nothing secret: a client reads it. */
  readonly message?: string;
  /** Public facts beside the code, e.g. `requires` of a FORBIDDEN or `field` of a BAD_USER_INPUT. A client reads them. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** What really happened, for the log alone; never serialised to a client. */
  readonly cause?: unknown;
}

/**
 * The one error class whose message and extensions may reach a client. Anything else that is thrown is masked as
 * INTERNAL_SERVER_ERROR.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, options: GatewayErrorOptions = {}) {
    super(
      options.message ?? ERROR_CATALOGUE[code].sentence,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.status = ERROR_CATALOGUE[code].status;
    this.extensions = { ...options.extensions, code };
  }
}
