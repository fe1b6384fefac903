import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { asGraphQLError } from './as-graphql-error.js';
import type { Documents } from './documents.js';
import type { OperationCheck } from './limits/check-document.js';
import type { OwnPart } from './own-part.js';
import type { RequestParams } from './request-params.js';
import { type TrustedDocuments, untrusted } from './trusted-documents.js';

export interface PreparedOperation {
  /** What it is executed by. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** What the variables have to be asked; null: nothing. */
  readonly check: OperationCheck | null;
}

/** Parses and validates a document once. @throws GraphQLError[] (as `errors`) */
export type Prepare = (params: RequestParams) => PreparedOperation | { readonly errors: readonly GraphQLError[] };

export interface PrepareParts {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly trusted: TrustedDocuments;
  readonly own?: OwnPart | null;
}

/** For the transports that stream; Apollo executes everything else. */
export function createPrepare({ schema, documents, trusted, own = null }: PrepareParts): Prepare {
  const executedBy = new WeakMap<DocumentNode, GraphQLSchema>();

  return (params) => {
    if (!trusted.allows(params.query)) return { errors: [asGraphQLError(untrusted())] };
    const read = documents.read(params.query);
    if (read.kind === 'too-complex') return { errors: [asGraphQLError(read.refusal)] };
    if (read.kind !== 'valid') return { errors: read.errors };
    const { document } = read;
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
    return { schema: executor, document, operation, check: read.checked.checks.get(operation) ?? null };
  };
}
