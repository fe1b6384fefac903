import { ApolloServer, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type FormattedExecutionResult, type GraphQLSchema, specifiedRules, type ValidationRule } from 'graphql';
import type { GatewayContext } from '../../context/index.js';
import type { QueryLimits } from '../../domain/query-limits.js';
import type { Logger } from '../../platform/logger.js';
import type { Metrics } from '../../platform/metrics.js';
import type { Tracing } from '../../platform/tracing.js';
import { createAdmissions } from './admission.js';
import { Documents } from './documents.js';
import { type Answer, createExecutePrepared } from './execute-prepared.js';
import { formatAnything, formatError, withoutSuggestion } from './format-error.js';
import { limitedExecution } from './limited-execution.js';
import { createCostTable, type DeclaredCosts } from './limits/cost-table.js';
import { noIntrospectionRule } from './no-introspection.js';
import type { OperationLimits } from './operation-limits.js';
import type { OwnPart } from './own-part.js';
import { PreparedOperations } from './prepared-operations.js';
import { createOperationAudit, type OperationAudit, recordOperations } from './record-operation.js';
import type { RequestParams } from './request-params.js';
import type { TrustedDocuments } from './trusted-documents.js';

export interface EngineOptions {
  readonly schema: GraphQLSchema;
  /** The gateway's own schema, where the one that is served is made of several; null or absent where it is the one. */
  readonly own?: OwnPart | null;
  /** What has to hold of documents beside the rules of the specification. */
  readonly validationRules?: readonly ValidationRule[];
  /** Whether clients may ask for the schema, and are told near misses in validation errors. */
  readonly introspection: boolean;
  /** What a document may ask for. */
  readonly limits: QueryLimits;
  /** How long an operation may take, and how many of them each may have. */
  readonly operationLimits: OperationLimits;
  /** What the schema declares of its costs. */
  readonly costs: DeclaredCosts;
  readonly trusted: TrustedDocuments;
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
  readonly documents: Documents;
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
  const { schema, own = null, validationRules = [], introspection, trusted, logger, metrics } = options;
  const { limits, operationLimits } = options;
  const audit = createOperationAudit(schema);
  const format = formatAnything(
    introspection ? formatError : (formatted, error) => withoutSuggestion(formatError(formatted, error)),
    () => logger.error('an error could not be shown to a client: INTERNAL_SERVER_ERROR was, without its place'),
  );
  const prepared = new PreparedOperations(schema, own);
  const executePrepared = createExecutePrepared({
    schema,
    audit,
    limits: operationLimits,
    metrics,
    formatError: format,
  });
  const documents = new Documents({
    schema,
    limits,
    costTable: createCostTable(schema, options.costs),
    rules: [...specifiedRules, ...(introspection ? [] : [noIntrospectionRule]), ...validationRules],
    hideSuggestions: !introspection,
  });
  documents.pin(trusted.texts);
  const admissions = createAdmissions({ documents, trusted, metrics, tokens: limits.tokens });
  const apollo = new ApolloServer<GatewayContext>({
    gateway: limitedExecution(schema, operationLimits),
    introspection,
    // `withoutSuggestion` does it: Apollo's pattern takes half a minute over a value that looks like sixty thousand suggestions.
    hideSchemaDetailsFromClientErrors: false,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    validationRules: [...validationRules],
    parseOptions: { maxTokens: limits.tokens },
    // Documents are parsed and validated by us, and handed over: see `didResolveSource` of `recordOperations`.
    documentStore: null,
    logger,
    formatError: format,
    plugins: [
      // Costs half of Apollo's speed, and these answers are never cached.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      recordOperations({
        audit,
        limits: operationLimits,
        metrics,
        prepared,
        admissions,
        hideSuggestions: !introspection,
      }),
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
    documents,
    start: () => apollo.start(),
    execute,
    answer(params, context) {
      const { query, operationName, extensions } = params;
      const known = extensions === null && trusted.allows(query) ? prepared.find(query, operationName) : null;
      const answer = known === null ? null : executePrepared(known, params.variables, context);
      if (answer !== null) return answer;
      return execute(params, context).then(({ status, body }) => ({ status, text: JSON.stringify(body) }));
    },
    executeHttp: (request, context) =>
      apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context: async () => context }),
    stop: () => apollo.stop(),
  };
}
