import type { TrustedDocuments } from './trusted-documents.js';

/**
 * The parameters of an address, with the document that they name by an id in its place: for who reads them from there.
 * @throws GatewayError BAD_USER_INPUT
 */
export function searchWithNamedDocument(trusted: TrustedDocuments, search: string): string {
  const params = new URLSearchParams(search);
  const documentId = params.get('documentId');
  const extensions = parsed(params.get('extensions'));
  const sent = { documentId, query: params.get('query'), extensions };
  const resolved = trusted.resolve(sent);
  if (resolved === sent) return search;
  const { query, extensions: left } = resolved as { readonly query: string; readonly extensions?: unknown };
  params.delete('documentId');
  params.delete('extensions');
  params.set('query', query);
  if (left !== undefined) params.set('extensions', JSON.stringify(left));
  return `?${params}`;
}

/** What is no JSON is told so by whoever reads it in earnest. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
