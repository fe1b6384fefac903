import type { ErrorCode } from './refusals-in-words.js';

/** The gateway, or a service behind it, said no. `code` is of the gateway's closed list. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extensions: Readonly<Record<string, unknown>>,
    readonly requestId: string | null,
    readonly path: readonly (string | number)[] | null = null,
  ) {
    super(message);
  }
}

/** Nothing that could be read came back: no network, or nobody who answers. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(options?: ErrorOptions) {
    super('The gateway does not answer.', options);
  }
}
