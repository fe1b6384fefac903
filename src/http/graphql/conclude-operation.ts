import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { type GatewayContext, unstoredEnds } from '../../context/index.js';
import { ERROR_CATALOGUE, type ErrorCode } from '../../errors/index.js';
import type { Metrics } from '../../platform/metrics.js';
import { errorCode, UNSHOWABLE } from './format-error.js';

export interface Concluded {
  /** As they may leave. */
  readonly errors: readonly GraphQLFormattedError[] | undefined;
  /** What the answer has to say besides; undefined: nothing. */
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  /** Where the result has to wait for its record: whether it may leave; false: it must be withheld. Never rejects. */
  readonly recorded: Promise<boolean> | undefined;
}

/** What is answered in place of a result whose event could not be recorded. */
export const WITHHELD = {
  status: ERROR_CATALOGUE.AUDIT_UNAVAILABLE.status,
  body: {
    errors: [{ message: ERROR_CATALOGUE.AUDIT_UNAVAILABLE.sentence, extensions: { code: 'AUDIT_UNAVAILABLE' } }],
  },
} as const;

const NO_CODES: readonly ErrorCode[] = Object.freeze([]);

/** Counts an operation that was executed and closes its record; no result may leave before. */
export function concludeOperation(
  context: GatewayContext,
  type: OperationTypeNode | 'none',
  formatted: readonly GraphQLFormattedError[] | undefined,
  metrics: Metrics,
): Concluded {
  const codes = formatted === undefined ? NO_CODES : [...new Set(formatted.map(errorCode))];
  metrics.countOperation(type, context.identity.kind, codes.length === 0);
  const errors = codes.includes('INTERNAL_SERVER_ERROR') ? withRequestId(formatted, context.request.id) : formatted;
  const extensions = type === 'mutation' ? unstoredEnds(context) : undefined;
  const finishing = context.operation.finish(codes);
  if (finishing === undefined) return { errors, extensions, recorded: undefined };
  return {
    errors,
    extensions,
    recorded: finishing.then(
      () => true,
      (error: unknown) => {
        context.log.error({ err: error }, 'a result was withheld because its event could not be recorded');
        return false;
      },
    ),
  };
}

/** Whoever reports an unexpected error can name the request it is logged under. Apollo has words of its own for what it could not format. */
function withRequestId(
  errors: readonly GraphQLFormattedError[] | undefined,
  requestId: string,
): readonly GraphQLFormattedError[] | undefined {
  return errors?.map((error) =>
    errorCode(error) === 'INTERNAL_SERVER_ERROR'
      ? { ...error, message: UNSHOWABLE.message, extensions: { ...error.extensions, requestId } }
      : error,
  );
}
