import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
// In a service of yours: from 'impersonation-gateway/downstream'.
import { IdentityError, type VerifiedIdentity } from '../../../src/downstream/index.js';
import { filePath } from '../file-path.js';
import { asked, HOST, type RunningService, type ServiceOptions } from '../service.js';

interface Article {
  readonly slug: string;
  readonly title: string;
  readonly body: string;
  readonly internalNotes: string | null;
  /** Functions are resolvers here. */
  related(): readonly Article[];
}

const article = (slug: string, title: string, body: string, internalNotes: string | null): Article => ({
  slug,
  title,
  body,
  internalNotes,
  related: () => ARTICLES.filter((other) => other.slug !== slug),
});
export const ARTICLES: readonly Article[] = [
  article('returns', 'Sending things back', 'Within a month.', 'Two months for regulars.'),
  article('shipping', 'When it comes', 'In a few days.', null),
];

/** The help pages, on graphql-http: a plain GraphQL service, described by introspection alone. */
export async function startHelp({ verifyIdentity, port, onAsked }: ServiceOptions): Promise<RunningService> {
  const identities = new WeakMap<IncomingMessage, VerifiedIdentity>();
  const handle = createHandler({
    schema: buildSchema(readFileSync(filePath('help/schema.graphql'), 'utf8')),
    rootValue: {
      articles: ({ search }: { readonly search?: string | null }) =>
        ARTICLES.filter(({ title }) => title.toLowerCase().includes((search ?? '').toLowerCase())),
      article: ({ slug }: { readonly slug: string }) => ARTICLES.find((each) => each.slug === slug) ?? null,
    },
    onSubscribe({ raw }, { query, variables }) {
      const identity = identities.get(raw);
      if (identity === undefined) throw new Error('The identity of this request was not verified.');
      onAsked?.(asked(identity, query, variables));
    },
  });
  const server = createServer(async (req, res) => {
    try {
      identities.set(req, await verifyIdentity(req));
      await handle(req, res);
    } catch (error) {
      const status = error instanceof IdentityError ? error.status : 500;
      const message = error instanceof IdentityError ? error.message : 'Something went wrong.';
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [{ message }] }));
    }
  }).listen(port, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/graphql`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
