/** A GraphQL client of a dozen lines: the demonstration shows what any client would send. */
export interface DemoAnswer {
  readonly status: number;
  readonly data: Record<string, unknown> | null;
  readonly code: string | null;
}

export async function ask(
  url: string,
  token: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<DemoAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as {
    data?: Record<string, unknown> | null;
    errors?: { extensions?: { code?: string } }[];
  };
  return { status: response.status, data: body.data ?? null, code: body.errors?.[0]?.extensions?.code ?? null };
}
