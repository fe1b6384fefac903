import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  Source,
  type ValidationRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { weightOf } from './document-weight.js';
import { withoutSuggestion } from './format-error.js';
import { type CheckedDocument, checkDocument, type LimitedSchema } from './limits/check-document.js';
import { checkText } from './limits/check-text.js';
import { TooComplex } from './limits/too-complex.js';
import { LineTable, withoutLines } from './line-table.js';
import { parsingFailed, validationFailed } from './refused-document.js';
import { hideSensitiveValue } from './sensitive-values.js';

/** What became of a text: a document that may be executed, or why it may not be. Errors are as clients are told them. */
export type ReadDocument =
  | { readonly kind: 'valid'; readonly document: DocumentNode; readonly checked: CheckedDocument }
  | { readonly kind: 'too-complex'; readonly document: DocumentNode; readonly refusal: TooComplex }
  | { readonly kind: 'invalid'; readonly document: DocumentNode; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'unreadable'; readonly errors: readonly GraphQLError[]; readonly tooManyTokens: boolean };

export interface DocumentsOptions extends LimitedSchema {
  readonly schema: GraphQLSchema;
  /** Every rule that a document has to follow. */
  readonly rules: readonly ValidationRule[];
  readonly hideSuggestions: boolean;
}

const MOST_DOCUMENTS = 1_000;
/** Of all documents kept, together, bytes: what is made of a text takes a hundred times its room and more. */
const MOST_BYTES = 64_000_000;
/** A text that is longer is read anew each time. */
const MOST_KEPT_LENGTH = 20_000;
const MOST_REFUSED = 100;
/** Of all refused texts kept, and of what is told of them, together, bytes: room for some of the heaviest that the defaults let through. */
const MOST_REFUSED_BYTES = 16_000_000;
/** In place of one that could not be read to its end. */
export const NO_DOCUMENT: DocumentNode = { kind: Kind.DOCUMENT, definitions: [], tokenCount: 0 };
/** How graphql-js says that it has stopped reading. */
const TOO_MANY_TOKENS = /tokens\. Parsing aborted\.$/;

/**
 * The documents of one schema, by their exact text: each is parsed, held against the limits and validated once, and by nobody else. Those
 * that are refused are remembered apart: there is no end of them, and they must not take the place of those that are not.
 */
export class Documents {
  readonly #options: DocumentsOptions;
  readonly #known = new LRUCache<string, ReadDocument>({
    max: MOST_DOCUMENTS,
    maxSize: MOST_BYTES,
    sizeCalculation: (read, text) => weightOf(text, 'document' in read ? read.document : null),
  });

  readonly #refused = new LRUCache<string, ReadDocument>({
    max: MOST_REFUSED,
    maxSize: MOST_REFUSED_BYTES,
    sizeCalculation: (read, text) => weightOf(text, 'document' in read ? read.document : null) + 2 * toldLength(read),
  });

  /** What was read beforehand, and stays: no flood of other documents drives it out. */
  #pinned: ReadonlyMap<string, ReadDocument> = new Map();

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  /** Reads these now, and keeps them in place of those that were pinned before. */
  pin(texts: Iterable<string>): void {
    this.#pinned = new Map([...texts].map((text) => [text, this.read(text)]));
  }

  /** What is beyond a limit is not validated: that would cost more than anything before. */
  read(text: string): ReadDocument {
    const known = this.#pinned.get(text) ?? this.#known.get(text) ?? this.#refused.get(text);
    if (known !== undefined) return known;
    const refusal = checkText(this.#options.limits, text);
    // Counted sooner than looked up; and there is no need to keep what is as long as somebody likes.
    if (refusal !== null) return { kind: 'too-complex', document: NO_DOCUMENT, refusal };
    const read = this.#read(text);
    if (read.kind !== 'valid') this.#refused.set(text, read);
    else if (text.length <= MOST_KEPT_LENGTH) this.#known.set(text, read);
    return read;
  }

  #read(text: string): ReadDocument {
    const { schema, limits, rules, hideSuggestions } = this.#options;
    const source = new Source(text);
    let document: DocumentNode;
    try {
      document = parse(source, { maxTokens: limits.tokens });
    } catch (error) {
      if (error instanceof GraphQLError) {
        return {
          kind: 'unreadable',
          errors: [parsingFailed(error)],
          tooManyTokens: TOO_MANY_TOKENS.test(error.message),
        };
      }
      if (!(error instanceof RangeError)) throw error;
      // It is nested deeper than the stack bears: whoever parsed it again would fail alike, and call it an error of the gateway's.
      const refusal = new TooComplex('depth', limits.depth, limits.depth + 1);
      return { kind: 'too-complex', document: NO_DOCUMENT, refusal };
    }
    const checked = checkDocument(this.#options, document);
    if (checked instanceof TooComplex) return { kind: 'too-complex', document, refusal: checked };
    const errors = withoutLines(source, () => validate(schema, document, rules, { hideSuggestions }));
    if (errors.length === 0) return { kind: 'valid', document, checked };
    const lines = new LineTable(text);
    const told = errors.map((error) => validationFailed(error, source, lines));
    for (const error of told) {
      hideSensitiveValue(schema, document, error);
      // Not all rules keep theirs to themselves when they are asked to.
      if (hideSuggestions) error.message = withoutSuggestion({ message: error.message }).message;
    }
    return { kind: 'invalid', document, errors: told };
  }
}

function toldLength(read: ReadDocument): number {
  return 'errors' in read ? read.errors.reduce((sum, { message }) => sum + message.length, 0) : 0;
}
