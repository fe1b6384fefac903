import { createHash } from 'node:crypto';
import { GatewayError } from '../../errors/index.js';

/** The documents that clients were built with, by their SHA-256 in hex. */
export type DocumentsById = ReadonlyMap<string, string>;

/** How Apollo Client understands that it may send the whole document instead. It compares messages. */
const NOT_FOUND = 'PersistedQueryNotFound';
const UNKNOWN = 'There is no trusted document with this id.';
const SHA256 = /^(?:sha256:)?([0-9a-f]{64})$/i;

/** SHA-256 of a document's exact text, lower-case hex. */
export function documentId(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/**
 * Which documents are trusted, and whether no others are executed. Ids are looked up and nothing is ever added by a request: what
 * is trusted was there when clients were built.
 */
export class TrustedDocuments {
  /** Whether nothing but trusted documents is executed. */
  readonly only: boolean;
  readonly #onUnknown: () => void;
  #byId: DocumentsById;
  #texts: ReadonlySet<string>;

  /** @param onUnknown told of every id that is none of a trusted document */
  constructor(only: boolean, documents: DocumentsById, onUnknown: () => void = () => {}) {
    this.#onUnknown = onUnknown;
    this.only = only;
    this.#byId = documents;
    this.#texts = new Set(documents.values());
  }

  /** Trusts these from now on, and no others. */
  replace(documents: DocumentsById): void {
    this.#byId = documents;
    this.#texts = new Set(documents.values());
  }

  get texts(): Iterable<string> {
    return this.#texts;
  }

  /** Whether this very text may be executed. */
  allows(text: string): boolean {
    return !this.only || this.#texts.has(text);
  }

  /**
   * The parameters of a request with the document it names: by `documentId`, or by `extensions.persistedQuery` as Apollo's clients do.
   * Where the document is there as well, it has to be the one that is named.
   * @param params as a client sent them; what they name no document in is handed back as it is
   * @throws GatewayError BAD_USER_INPUT
   */
  resolve(params: unknown): unknown {
    if (typeof params !== 'object' || params === null) return params;
    const { documentId: id, extensions } = params as Readonly<Record<string, unknown>>;
    const persisted = (extensions as { readonly persistedQuery?: unknown } | null | undefined)?.persistedQuery;
    if (id == null && persisted == null) return params;
    const { documentId: _, extensions: __, ...rest } = params as Readonly<Record<string, unknown>>;
    const named = new Set<string>();
    if (id != null) named.add(hashIn(id, 'documentId'));
    if (persisted != null) named.add(hashOf(persisted));
    const [hash = '', ...others] = named;
    if (others.length > 0) throw refused('The two ids of documents are not the same.', 'documentId');
    const query = this.#textFor(hash, rest.query, id == null);
    const left = Object.entries(extensions ?? {}).filter(([name]) => name !== 'persistedQuery');
    return { ...rest, query, ...(left.length > 0 ? { extensions: Object.fromEntries(left) } : {}) };
  }

  #textFor(hash: string, sent: unknown, byApollo: boolean): string {
    // Some transports want the document to be there, if only as an empty string.
    if (typeof sent === 'string' && sent !== '') {
      if (documentId(sent) !== hash) throw refused('The id is not the one of the document sent with it.', 'documentId');
      return sent;
    }
    const known = this.#byId.get(hash);
    if (known === undefined) {
      this.#onUnknown();
      throw refused(byApollo ? NOT_FOUND : UNKNOWN, byApollo ? 'extensions' : 'documentId');
    }
    return known;
  }
}

function hashIn(id: unknown, field: string): string {
  const hash = typeof id === 'string' ? SHA256.exec(id)?.[1] : undefined;
  if (hash === undefined) throw refused('The id of a document must be its SHA-256, in hexadecimal digits.', field);
  return hash.toLowerCase();
}

function hashOf(persisted: unknown): string {
  const { version, sha256Hash } = Object(persisted) as { readonly version?: unknown; readonly sha256Hash?: unknown };
  // A GET request has it as JSON all the same; other versions have other hashes.
  if (version !== 1) throw refused('`persistedQuery` must be of version 1.', 'extensions');
  return hashIn(sha256Hash, 'extensions');
}

function refused(message: string, field: string): GatewayError {
  return new GatewayError('BAD_USER_INPUT', { message, extensions: { field } });
}

/** A document that is none of the trusted ones, where no others are executed. */
export function untrusted(): GatewayError {
  return new GatewayError('FORBIDDEN', {
    message: 'Only trusted documents are executed here, and this is none of them.',
    extensions: { requires: { trustedDocument: true } },
  });
}
