import { useEffect, useState } from 'react';
import { useIdentity } from './identity.js';

const VIEWER = 'query Viewer { viewer { name } }';
const START = `mutation Start($userId: ID!, $reason: String!) {
  startImpersonation(input: { userId: $userId, reason: $reason }) { actorToken }
}`;

interface Answer {
  readonly data?: {
    readonly viewer?: { readonly name: string } | null;
    readonly startImpersonation?: { readonly actorToken: string } | null;
  } | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** @throws Error in the gateway's words where it refuses */
async function ask(endpoint: string, token: string, query: string, variables: object = {}) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Answer;
  if (errors?.[0] !== undefined) throw new Error(errors[0].message);
  return data;
}

/** Says as whom the application is used, and starts an impersonation. */
export function Customers({ endpoint }: { readonly endpoint: string }) {
  const { effectiveToken, sessionToken, actorToken, impersonate } = useIdentity();
  const [name, setName] = useState('…');
  const [problem, setProblem] = useState('');

  useEffect(() => {
    let isCurrent = true;
    ask(endpoint, effectiveToken, VIEWER).then(
      (data) => isCurrent && setName(data?.viewer?.name ?? 'nobody'),
      (error: Error) => isCurrent && setProblem(error.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [endpoint, effectiveToken]);

  async function start(form: FormData): Promise<void> {
    try {
      const variables = { userId: form.get('userId'), reason: form.get('reason') };
      const data = await ask(endpoint, sessionToken, START, variables);
      const token = data?.startImpersonation?.actorToken;
      if (token !== undefined) impersonate(token);
    } catch (error) {
      setProblem((error as Error).message);
    }
  }

  return (
    <main>
      <h1>Orders of {name}</h1>
      {actorToken === null ? (
        <form action={start}>
          <label>
            Customer <input name="userId" required />
          </label>
          <label>
            Reason <input name="reason" required minLength={3} />
          </label>
          <button type="submit">Impersonate</button>
        </form>
      ) : null}
      {problem === '' ? null : <p role="alert">{problem}</p>}
    </main>
  );
}
