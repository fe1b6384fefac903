/**
 * What a developer sees at start: where the gateway and its console are, a token, and three requests to paste.
 * @param hasConsole whether the console is served
 */
export function welcome(url: string, token: string, hasConsole: boolean): string {
  const console = hasConsole ? `\n  The console, for whoever rather looks: ${url}/console/\n` : '';
  return `
  Impersonation Gateway is listening on ${url}/graphql
${console}
  A session token of user_ada (ADMIN), from the development issuer:

  export TOKEN='${token}'

  Who am I?

  curl -s ${url}/graphql -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"query":"{ viewer { id name roles } actor { id } }"}'

  Act as a customer for ten minutes, read-only:

  curl -s ${url}/graphql -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"query":"mutation { startImpersonation(input: {userId: \\"user_cleo\\", reason: \\"Case 4711: order is missing\\"}) { actorToken expiresAt } }"}'

  What does the audit trail say? (Ask as the auditor.)

  curl -s ${url}/graphql -H "Authorization: Bearer $(npm run --silent token -- user_audrey)" -H 'Content-Type: application/json' \\
    -d '{"query":"{ impersonationEvents(first: 5) { nodes { type code actorId subjectId occurredAt } } }"}'

  GraphiQL: open ${url}/graphql in a browser. Other people: npm run token -- user_sam, user_cleo, user_carl …
`;
}
