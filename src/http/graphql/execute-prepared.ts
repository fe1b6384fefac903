import { type GraphQLFormattedError, type GraphQLSchema, getVariableValues } from 'graphql';
import type { GatewayContext } from '../../context/index.js';
import type { Metrics } from '../../platform/metrics.js';
import type { Executed } from './compiled/compile.js';
import { isPromiseLike } from './compiled/run.js';
import { concludeOperation, WITHHELD } from './conclude-operation.js';
import type { FormatError } from './format-error.js';
import { formatResolverError } from './format-resolver-error.js';
import { logUnexpected } from './log-unexpected.js';
import type { OperationLimits } from './operation-limits.js';
import type { PreparedOperation } from './prepared-operations.js';
import { readableErrors } from './readable-errors.js';
import { givenUp, type OperationAudit } from './record-operation.js';
import { hideSensitiveValue } from './sensitive-values.js';

/** An answer, ready to be sent. */
export interface Answer {
  /** The HTTP status for `application/graphql-response+json`. */
  readonly status: number;
  /** JSON */
  readonly text: string;
}

/**
 * Executes a prepared operation: the same guards, the same record, the same answer as the long way through Apollo Server, which
 * parses, validates and resolves first.
 * @returns null where the long way has to be taken; nothing has happened then
 */
export type ExecutePrepared = (
  prepared: PreparedOperation,
  variables: Record<string, unknown> | null,
  context: GatewayContext,
) => Answer | Promise<Answer> | null;

export interface ExecutePreparedParts {
  readonly schema: GraphQLSchema;
  readonly audit: OperationAudit;
  readonly limits: OperationLimits;
  readonly metrics: Metrics;
  readonly formatError: FormatError;
}

const NO_VARIABLES: Record<string, unknown> = Object.freeze({});
/** The long way tells what is wrong. An error for each of a hundred thousand wrong values would hold everybody up for seconds. */
const ONE_ERROR_IS_ENOUGH = { maxErrors: 1 } as const;

export function createExecutePrepared({
  schema,
  audit,
  limits,
  metrics,
  formatError,
}: ExecutePreparedParts): ExecutePrepared {
  function coerce({ schema, operation }: PreparedOperation, given: Record<string, unknown> | null) {
    const definitions = operation.variableDefinitions ?? [];
    if (definitions.length === 0) return NO_VARIABLES;
    return getVariableValues(schema, definitions, given ?? NO_VARIABLES, ONE_ERROR_IS_ENOUGH).coerced ?? null;
  }

  function conclude(
    prepared: PreparedOperation,
    context: GatewayContext,
    executed: Executed,
  ): Answer | Promise<Answer> {
    const { operation } = prepared.operation;
    if (executed.errors === null) {
      const { extensions, recorded } = concludeOperation(context, operation, undefined, metrics);
      const answer = { status: 200, text: `{"data":${executed.data}${member(extensions)}}` };
      return recorded === undefined ? answer : recorded.then((whole) => (whole ? answer : WITHHELD_ANSWER));
    }
    let status = 200;
    const formatted: GraphQLFormattedError[] = [];
    for (const error of readableErrors(executed.errors)) {
      hideSensitiveValue(schema, prepared.document, error);
      logUnexpected(context, error);
      const shown = formatResolverError(error, formatError);
      status = shown.status ?? status;
      formatted.push(shown.error);
    }
    const { errors, extensions, recorded } = concludeOperation(context, operation, formatted, metrics);
    const text = `{"errors":${JSON.stringify(errors)},"data":${executed.data}${member(extensions)}}`;
    const answer = { status, text };
    return recorded === undefined ? answer : recorded.then((whole) => (whole ? answer : WITHHELD_ANSWER));
  }

  return (prepared, given, context) => {
    // What may only be ended is the long way's business.
    if (context.unconfirmed !== null) return null;
    // What is too much is refused there; asked before anything else is done with the variables.
    if (prepared.check !== null && prepared.check.refusal(given) !== null) return null;
    // So is a refusal before anything ran.
    if (!limits.mayBegin(context)) return null;
    const variables = coerce(prepared, given);
    if (variables === null) return null;
    const plan = prepared.compiled.planFor(variables);
    if (plan === null) return null;
    audit.begin(context, prepared.document, prepared.operation, given);
    const executed = prepared.compiled.execute(plan, context, variables);
    if (!isPromiseLike<Executed>(executed)) return conclude(prepared, context, executed);
    return limits.whole(
      context,
      executed,
      (done) => conclude(prepared, context, done),
      (error) => conclude(prepared, context, { data: 'null', errors: [givenUp(error)] }),
    );
  };
}

function member(extensions: Readonly<Record<string, unknown>> | undefined): string {
  return extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
}

const WITHHELD_ANSWER: Answer = { status: WITHHELD.status, text: JSON.stringify(WITHHELD.body) };
