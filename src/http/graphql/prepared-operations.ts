import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type CompiledOperation, compileOperation } from './compiled/compile.js';
import { weightOf } from './document-weight.js';
import type { OperationCheck } from './limits/check-document.js';
import type { OwnPart } from './own-part.js';

/** An operation that was parsed and found valid before, ready to be executed again. */
export interface PreparedOperation {
  /** What it is executed by. */
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly compiled: CompiledOperation;
  /** What the variables have to be asked each time; null: nothing. */
  readonly check: OperationCheck | null;
}

interface Seen {
  times: number;
  /** Null where it is left to graphql-js. */
  prepared: PreparedOperation | null;
}

/** What is executed once only is not worth preparing; nor may a flood of different documents cost more than parsing them. */
const PREPARE_AT = 2;
const MOST_DOCUMENTS = 1_000;
/** Of all documents kept, together, bytes; what is made of a document takes about as much again. */
const MOST_BYTES = 64_000_000;

/** The operations clients send again and again, by the exact text of their documents. */
export class PreparedOperations {
  readonly #schema: GraphQLSchema;
  readonly #own: OwnPart | null;
  readonly #known = new LRUCache<string, Map<string | null, Seen>>({ max: MOST_DOCUMENTS, maxSize: MOST_BYTES });

  /** @param own what is executed by it where it can be; null: everything is by the one schema. */
  constructor(schema: GraphQLSchema, own: OwnPart | null = null) {
    this.#schema = schema;
    this.#own = own;
  }

  /** Null where the document has to be parsed and validated, or be left to graphql-js. */
  find(query: string, operationName: string | null): PreparedOperation | null {
    return this.#known.get(query)?.get(operationName)?.prepared ?? null;
  }

  /** Takes in an operation that was parsed, VALIDATED, found within the limits and chosen by this name from this very text. */
  learn(
    query: string,
    operationName: string | null,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    check: OperationCheck | null,
  ): void {
    let ofDocument = this.#known.get(query);
    if (ofDocument === undefined) {
      ofDocument = new Map();
      this.#known.set(query, ofDocument, { size: weightOf(query, document) });
    }
    // No name and an empty one are two things: only the first chooses the one operation of a document.
    let seen = ofDocument.get(operationName);
    if (seen === undefined) {
      seen = { times: 0, prepared: null };
      ofDocument.set(operationName, seen);
    }
    seen.times += 1;
    if (seen.times !== PREPARE_AT) return;
    const schema = this.#own?.covers(document) ? this.#own.schema : this.#schema;
    const compiled = compileOperation(schema, document, operation);
    seen.prepared = compiled && { schema, document, operation, compiled, check };
  }
}
