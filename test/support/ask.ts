/** One error of a GraphQL answer. */
export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The answer to one GraphQL request over HTTP. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: T;
  readonly errors: readonly AnswerError[];
  /** `extensions.code` of each error. */
  readonly codes: readonly string[];
  readonly text: string;
}

/** Sends one GraphQL request as JSON, with nothing between the test and the wire but `fetch`. */
export async function ask<T>(
  endpoint: string,
  token: string | null,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const body = JSON.parse(text) as { data: T; errors?: readonly AnswerError[] };
  const errors = body.errors ?? [];
  return { status: response.status, headers: response.headers, data: body.data, errors, codes: codesOf(errors), text };
}

export function codesOf(errors: readonly { readonly extensions?: unknown }[]): readonly string[] {
  return errors.map(({ extensions }) => String((extensions as { code?: unknown } | undefined)?.code));
}
