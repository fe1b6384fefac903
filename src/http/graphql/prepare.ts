import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type EngineOptions, MAX_DOCUMENT_TOKENS } from './engine.js';
import type { RequestParams } from './request-params.js';
import { hideSensitiveValue } from './sensitive-values.js';

export interface PreparedOperation {
  /** What it is executed by. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Parses and validates a document once. @throws GraphQLError[] (as `errors`) */
export type Prepare = (params: RequestParams) => PreparedOperation | { readonly errors: readonly GraphQLError[] };

const MAX_DOCUMENTS = 1_000;
const MAX_CACHED_LENGTH = 20_000;
/** Of all documents kept, together. A parsed document takes 100 times its text and more. */
const MOST_CHARACTERS = 1_000_000;

/** For the transports that stream; Apollo prepares what it executes itself. */
export function createPrepare(
  schema: GraphQLSchema,
  introspection: boolean,
  { own = null, validationRules = [] }: Pick<EngineOptions, 'own' | 'validationRules'> = {},
): Prepare {
  const documents = new LRUCache<string, DocumentNode>({
    max: MAX_DOCUMENTS,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_, text) => Math.max(1, text.length),
  });
  const executedBy = new WeakMap<DocumentNode, GraphQLSchema>();
  const rules = [...specifiedRules, ...validationRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];

  function documentOf(query: string): DocumentNode | { errors: readonly GraphQLError[] } {
    const known = documents.get(query);
    if (known !== undefined) return known;
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: MAX_DOCUMENT_TOKENS });
    } catch (error) {
      return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
    }
    const errors = validate(schema, document, rules, { hideSuggestions: !introspection });
    if (errors.length > 0) {
      for (const error of errors) hideSensitiveValue(schema, document, error);
      return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
    }
    if (query.length <= MAX_CACHED_LENGTH) documents.set(query, document);
    return document;
  }

  return (params) => {
    const document = documentOf(params.query);
    if ('errors' in document) return document;
    const operation = getOperationAST(document, params.operationName);
    if (operation == null) {
      const message = 'There is no operation of this name, or there are several operations and none was named.';
      return { errors: [new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })] };
    }
    let executor = executedBy.get(document);
    if (executor === undefined) {
      executor = own?.covers(document) ? own.schema : schema;
      executedBy.set(document, executor);
    }
    return { schema: executor, document, operation };
  };
}

function withCode(error: unknown, code: string): GraphQLError {
  const known = error instanceof GraphQLError ? error : new GraphQLError(String(error));
  return new GraphQLError(known.message, {
    nodes: known.nodes ?? null,
    source: known.source ?? null,
    positions: known.positions ?? null,
    extensions: { code },
  });
}
