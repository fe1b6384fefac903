import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import type { GatewayContext } from '../../context/index.js';
import { type ErrorCode, GatewayError } from '../../errors/index.js';
import type { Metrics } from '../../platform/metrics.js';
import type { Admissions } from './admission.js';
import { asGraphQLError } from './as-graphql-error.js';
import { concludeOperation, WITHHELD } from './conclude-operation.js';
import { ENDING_MUTATIONS, START } from './impersonation-mutations.js';
import { logUnexpected } from './log-unexpected.js';
import { operationFacts } from './operation-facts.js';
import type { OperationLimits } from './operation-limits.js';
import type { PreparedOperations } from './prepared-operations.js';
import { createRedaction, type RedactVariables } from './redact-variables.js';
import { hideSensitiveValue } from './sensitive-values.js';
import { wrongVariables } from './wrong-variables.js';

type Request = GraphQLRequestContext<GatewayContext>;

/** Begins and finishes the audit record of an operation; the same for every transport. */
export interface OperationAudit {
  /** Called with a valid document, before anything runs. @throws GraphQLError where the operation may not run at all. */
  begin(
    context: GatewayContext,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown> | null | undefined,
  ): void;
  /** Notes an operation that was refused before any of it ran, valid or not: it is an attempt all the same. */
  refuse(context: GatewayContext, document: DocumentNode, operation: OperationDefinitionNode, code: ErrorCode): void;
}

export function createOperationAudit(schema: GraphQLSchema): OperationAudit {
  const redactions = new WeakMap<OperationDefinitionNode, RedactVariables>();

  function redact(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown> | null | undefined,
  ): string | null {
    let redaction = redactions.get(operation);
    if (redaction === undefined) {
      redaction = createRedaction(schema, document, operation);
      redactions.set(operation, redaction);
    }
    return redaction(variables);
  }

  return {
    begin(context, document, operation, variables) {
      const facts = operationFacts(schema, document, operation);
      const impersonated = context.identity.kind === 'impersonated';
      context.operation.begin(facts, impersonated ? redact(document, operation, variables) : null);
      const { unconfirmed } = context;
      if (unconfirmed === null || facts.fields.every((field) => ENDING_MUTATIONS.includes(field))) return;
      // What cannot be confirmed is refused; a start would need the trail, which most likely is down for the same reason.
      const code: ErrorCode = facts.fields.includes(START) && !impersonated ? 'AUDIT_UNAVAILABLE' : unconfirmed;
      if (facts.fields.includes(START)) {
        context.operation.await(
          context.services.impersonation.recordDenial({
            identity: context.identity,
            request: context.request,
            code,
            operation: context.operation.describe(),
          }),
        );
      }
      context.operation.refused(code);
      throw asGraphQLError(new GatewayError(code));
    },

    refuse(context, document, operation, code) {
      if (context.operation.describe() === null) {
        context.operation.begin(operationFacts(schema, document, operation), null);
      }
      const described = context.operation.describe();
      if (described?.fields.includes(START)) {
        context.operation.await(
          context.services.impersonation.recordDenial({
            identity: context.identity,
            request: context.request,
            code,
            operation: described,
          }),
        );
      }
      context.operation.refused(code);
    },
  };
}

/**
 * The error of an operation that was given up. Under the status of any result: much of it may have happened, and nobody is to take it for
 * a request that never ran, and send it again.
 */
export function givenUp(error: GatewayError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { ...error.extensions } });
}

export interface RecordedParts {
  readonly audit: OperationAudit;
  readonly limits: OperationLimits;
  readonly metrics: Metrics;
  readonly prepared: PreparedOperations;
  readonly admissions: Admissions;
  readonly hideSuggestions: boolean;
}

/** The Apollo plugin that keeps the record of every operation it executes, and answers no result without its event. */
export function recordOperations({
  audit,
  limits,
  metrics,
  prepared,
  admissions,
  hideSuggestions,
}: RecordedParts): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ contextValue }) {
      // Apollo hands resolvers a copy of the context, which is not frozen as the context was.
      Object.freeze(contextValue);
      const admission = admissions.begin(contextValue);
      return {
        async didResolveSource(request) {
          // Where there is a document, and nowhere to look for it, Apollo neither parses nor validates.
          Object.assign(request, { document: admission.source(request.source) });
        },
        async didResolveOperation({ contextValue, document, operation, request, schema }: Request) {
          const check = admission.operation(operation, request.variables ?? null);
          if (document === undefined) return;
          // An unknown or ambiguous operation name: execution reports it.
          if (operation === undefined) return;
          if (operation.operation === 'subscription') {
            throw asGraphQLError(
              new GatewayError('BAD_USER_INPUT', {
                message: 'Subscriptions are served over WebSocket (/graphql) and SSE (/graphql/stream).',
              }),
            );
          }
          if (request.query !== undefined) {
            prepared.learn(request.query, request.operationName ?? null, document, operation, check);
          }
          audit.begin(contextValue, document, operation, request.variables);
          const wrong = wrongVariables(schema, document, operation, request.variables, { hideSuggestions });
          if (wrong !== null) throw wrong;
          if (limits.mayBegin(contextValue)) return;
          const tooMany = limits.tooMany();
          contextValue.operation.refused(tooMany.code);
          throw asGraphQLError(tooMany);
        },
        async didEncounterErrors({ contextValue, document, errors, schema }) {
          const notValid = admission.notValid();
          // A hook can throw one error only. What Apollo formats next are those of this very list.
          if (notValid !== null) (errors as GraphQLError[]).splice(0, errors.length, ...notValid.errors);
          for (const error of errors) {
            // Nothing is sensitive any more in those that were remembered.
            if (document !== undefined && notValid === null) hideSensitiveValue(schema, document, error);
            logUnexpected(contextValue, error);
          }
        },
        async willSendResponse(request) {
          await finish(request as Request, admission.notValid()?.document ?? request.document, audit, metrics);
        },
      };
    },
  };
}

async function finish(
  request: Request,
  document: DocumentNode | undefined,
  audit: OperationAudit,
  metrics: Metrics,
): Promise<void> {
  const { contextValue: context, response } = request;
  if (response.body?.kind !== 'single') return;
  const result = response.body.singleResult;
  noteWhatNeverRan(request, document, audit, result.data === undefined);
  const type = request.operation?.operation ?? 'none';
  const { errors, extensions, recorded } = concludeOperation(context, type, result.errors, metrics);
  if (errors !== undefined) result.errors = errors;
  if (extensions !== undefined) result.extensions = { ...result.extensions, ...extensions };
  if (recorded === undefined || (await recorded)) return;
  response.http.status = WITHHELD.status;
  response.body = { kind: 'single', singleResult: WITHHELD.body };
}

/** Codes of refusals that say what was wrong with the attempt; what else comes before any guard is the input's fault. */
const TELLING_CODES: readonly ErrorCode[] = ['GRAPHQL_VALIDATION_FAILED', 'QUERY_TOO_COMPLEX', 'FORBIDDEN'];

/** Refusals that come before any guard: an invalid document, one that is too much, variables of the wrong type. */
function noteWhatNeverRan(
  request: Request,
  document: DocumentNode | undefined,
  audit: OperationAudit,
  nothingRan: boolean,
): void {
  const { contextValue: context } = request;
  if (!nothingRan || document === undefined || context.unconfirmed !== null) return;
  const operation = request.operation ?? getOperationAST(document, request.request.operationName) ?? undefined;
  const told = request.errors?.[0]?.extensions?.code;
  const code: ErrorCode = TELLING_CODES.find((each) => each === told) ?? 'BAD_USER_INPUT';
  // Of a document that was not even read there is nothing to record, but that it was refused.
  if (operation === undefined) context.operation.refused(code);
  else audit.refuse(context, document, operation, code);
}
