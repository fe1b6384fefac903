import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { type FormatError, UNSHOWABLE } from './format-error.js';

interface FormattedResolverError {
  readonly error: GraphQLFormattedError;
  readonly status: number | null;
}

/**
 * An error of a resolver as Apollo Server hands it on: with a code, and without the HTTP status that a host's resolver may have
 * put into its `extensions.http`, which is given beside it. Never throws, whatever the host has thrown.
 */
export function formatResolverError(error: GraphQLError, formatError: FormatError): FormattedResolverError {
  try {
    return formatReadable(error, formatError);
  } catch {
    return { error: UNSHOWABLE, status: null };
  }
}

function formatReadable(error: GraphQLError, formatError: FormatError): FormattedResolverError {
  const { http, ...others } = error.extensions ?? {};
  const isHead = isHttpHead(http);
  const extensions: Record<string, unknown> = { ...others, ...(isHead || http === undefined ? {} : { http }) };
  const enriched = {
    ...error.toJSON(),
    extensions: { ...extensions, code: extensions.code ?? 'INTERNAL_SERVER_ERROR' },
  };
  return {
    error: formatError(enriched, error),
    status: isHead && typeof http.status === 'number' ? http.status : null,
  };
}

function isHttpHead(value: unknown): value is { readonly status?: number; readonly headers?: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const { status, headers } = value as { status?: unknown; headers?: unknown };
  return (status === undefined || typeof status === 'number') && (headers === undefined || headers instanceof Map);
}
