/** The answer to one GraphQL request. */
export interface Answer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  /** `path: CODE` of each error. */
  readonly errors: readonly string[];
}

interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string };
  }[];
}

/** A GraphQL client of a dozen lines: what any client would send. */
export async function ask(
  url: string,
  token: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors = [] } = (await response.json()) as Body;
  return {
    status: response.status,
    data: data ?? null,
    errors: errors.map(({ path, extensions }) => `${path?.join('.') ?? 'request'}: ${extensions?.code ?? 'no code'}`),
  };
}

/** A session token of the gateway's development issuer. */
export async function signIn(url: string, userId: string): Promise<string> {
  const response = await fetch(`${url}/dev/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userId }),
  });
  const { token } = (await response.json()) as { readonly token?: string };
  if (token === undefined) throw new Error(`${userId} could not sign in.`);
  return token;
}
