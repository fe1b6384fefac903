/** The GraphQL IDE of the development mode, from local files: nothing is loaded from elsewhere. */
let page: Promise<string> | null = null;

/** The page. A development dependency makes it: an installation without those says so instead. */
export function loadGraphiql(): Promise<string> {
  page ??= import('@graphql-yoga/render-graphiql').then(
    ({ renderGraphiQL }) =>
      renderGraphiQL({ title: 'Impersonation Gateway', endpoint: '/graphql', subscriptionsProtocol: 'WS' }),
    () => '<!doctype html><title>GraphiQL</title><p>GraphiQL is a development dependency and is not installed.</p>',
  );
  return page;
}
