import { ApolloServer, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { FormattedExecutionResult, GraphQLSchema, ValidationRule } from 'graphql';
import type { GatewayContext } from '../../context/index.js';
import type { Logger } from '../../platform/logger.js';
import type { Metrics } from '../../platform/metrics.js';
import type { Tracing } from '../../platform/tracing.js';
import { type Answer, createExecutePrepared } from './execute-prepared.js';
import { type FormatError, formatError, withoutSuggestion } from './format-error.js';
import type { OwnPart } from './own-part.js';
import { PreparedOperations } from './prepared-operations.js';
import { createOperationAudit, type OperationAudit, recordOperations } from './record-operation.js';
import type { RequestParams } from './request-params.js';

/** Tokens of a GraphQL document at most: parsing is paid for before anything else can say no. */
export const MAX_DOCUMENT_TOKENS = 10_000;

export interface EngineOptions {
  readonly schema: GraphQLSchema;
  /** The gateway's own schema, where the one that is served is made of several; null or absent where it is the one. */
  readonly own?: OwnPart | null;
  /** What has to hold of documents beside the rules of the specification. */
  readonly validationRules?: readonly ValidationRule[];
  /** Whether clients may ask for the schema, and are told near misses in validation errors. */
  readonly introspection: boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Absent or null: nothing is traced. */
  readonly tracing?: Tracing | null;
}

export interface EngineResult {
  /** The HTTP status for `application/graphql-response+json`. */
  readonly status: number;
  readonly body: FormattedExecutionResult;
}

/** Executes queries and mutations, whatever transport they came by. */
export interface GraphQLEngine {
  readonly schema: GraphQLSchema;
  readonly audit: OperationAudit;
  start(): Promise<void>;
  /** The short way: parameters that were checked, a context that was made. */
  execute(params: RequestParams, context: GatewayContext): Promise<EngineResult>;
  /** The same as JSON text, by the shortest way: an operation that came before is neither parsed nor validated again. */
  answer(params: RequestParams, context: GatewayContext): Answer | Promise<Answer>;
  /** The whole of GraphQL over HTTP: GET, other content types, CSRF prevention, content negotiation. */
  executeHttp(request: HTTPGraphQLRequest, context: GatewayContext): Promise<HTTPGraphQLResponse>;
  stop(): Promise<void>;
}

export function createEngine(options: EngineOptions): GraphQLEngine {
  const { schema, own = null, validationRules = [], introspection, logger, metrics } = options;
  const audit = createOperationAudit(schema);
  const format: FormatError = introspection
    ? formatError
    : (formatted, error) => withoutSuggestion(formatError(formatted, error));
  const prepared = new PreparedOperations(schema, own);
  const executePrepared = createExecutePrepared({ schema, audit, metrics, formatError: format });
  const apollo = new ApolloServer<GatewayContext>({
    schema,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    validationRules: [...validationRules],
    parseOptions: { maxTokens: MAX_DOCUMENT_TOKENS },
    logger,
    formatError: format,
    plugins: [
      // Costs half of Apollo's speed, and these answers are never cached.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      recordOperations(audit, metrics, prepared),
    ],
  });

  async function execute(params: RequestParams, context: GatewayContext): Promise<EngineResult> {
    const response = await apollo.executeOperation(
      {
        query: params.query,
        ...(params.operationName === null ? {} : { operationName: params.operationName }),
        ...(params.variables === null ? {} : { variables: params.variables }),
        ...(params.extensions === null ? {} : { extensions: params.extensions }),
      },
      { contextValue: context },
    );
    if (response.body.kind !== 'single') throw new Error('incremental delivery is not enabled');
    return { status: response.http.status ?? 200, body: response.body.singleResult as FormattedExecutionResult };
  }

  return {
    schema,
    audit,
    start: () => apollo.start(),
    execute,
    answer(params, context) {
      const known = params.extensions === null ? prepared.find(params.query, params.operationName) : null;
      const answer = known === null ? null : executePrepared(known, params.variables, context);
      if (answer !== null) return answer;
      return execute(params, context).then(({ status, body }) => ({ status, text: JSON.stringify(body) }));
    },
    executeHttp: (request, context) =>
      apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context: async () => context }),
    stop: () => apollo.stop(),
  };
}
