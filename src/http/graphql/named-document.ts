import type { TrustedDocuments } from './trusted-documents.js';

/**
 * The request of a transport that reads parameters itself, with the document that it names by an id in its place.
 * @throws GatewayError BAD_USER_INPUT
 */
export function withNamedDocument(
  trusted: TrustedDocuments,
  { search, body }: { readonly search: string; readonly body: string | undefined },
): { readonly search: string; readonly body: string | undefined } {
  return { search: searchWithNamedDocument(trusted, search), body: body && bodyWithNamedDocument(trusted, body) };
}

/** The same for the parameters of an address. @throws GatewayError BAD_USER_INPUT */
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

function bodyWithNamedDocument(trusted: TrustedDocuments, body: string): string {
  const sent = parsed(body);
  const resolved = trusted.resolve(sent);
  return resolved === sent ? body : JSON.stringify(resolved);
}

/** What is no JSON is told so by whoever reads it in earnest. */
function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
