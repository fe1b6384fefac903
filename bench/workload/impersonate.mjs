import { START_MUTATION } from './operations.mjs';

/** Asks a gateway. @throws Error with its answer where that has errors */
export async function askGateway(port, token, query, variables) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (response.status !== 200 || answer.errors !== undefined) {
    throw new Error(`the gateway refused: ${response.status} ${JSON.stringify(answer)}`);
  }
  return answer.data;
}

/** Starts an impersonation that lasts for the whole run. */
export async function impersonate(port, token, subjectId, access) {
  const input = { userId: subjectId, reason: 'a benchmark', access, durationSeconds: 86_400 };
  const { startImpersonation } = await askGateway(port, token, START_MUTATION, { input });
  return { actorToken: startImpersonation.actorToken, sessionId: startImpersonation.session.id };
}
