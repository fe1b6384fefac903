import { expect } from 'vitest';
import { type BannerPage, type OwnSite, openBannerPage, type Setup, startOwnSite } from './banner-page.js';
import { type ConsoleSetting, startConsoleSetting } from './console-setting.js';

/** The name of whom the actor stands in for, unless a start says otherwise. */
export const SUBJECT = 'Cleo Marchetti';

const START = `mutation Start($userId: ID!, $access: ImpersonationAccess) {
  startImpersonation(input: { userId: $userId, reason: "CASE-4711", access: $access }) { actorToken session { id } }
}`;

interface Started {
  readonly actorToken: string;
  readonly session: { readonly id: string };
}

/** A site with a banner in its page, a gateway on another origin, and a browser. */
export interface Shop extends Pick<ConsoleSetting, 'gateway' | 'person'> {
  readonly site: OwnSite;
  /** The session token of the actor. */
  readonly ada: string;
  start(access?: string, userId?: string): Promise<Started>;
  /** The page in a browser of its own. */
  open(setup: Setup, more?: { now?: number; person?: object }): Promise<BannerPage & { close(): Promise<void> }>;
  /** What a page sets that lets the banner ask the gateway. */
  watching(actorToken: string, more?: Partial<Setup>): Setup;
  /** By somebody else. */
  revoke(sessionId: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts all of it. */
export async function startShop(chromium: string): Promise<Shop> {
  const site = await startOwnSite();
  const setting = await startConsoleSetting(chromium, { CORS_ORIGINS: site.origin, IMPERSONATION_MAX_ACTIVE: '100' });
  const { gateway } = setting;
  await site.embedFrom(gateway.url);
  const ada = await gateway.signIn('user_ada');
  return {
    site,
    gateway,
    ada,
    person: setting.person,
    async start(access = 'READ_ONLY', userId = 'user_cleo') {
      const { data, errors } = await gateway.graphql<{ startImpersonation: Started }>(ada, START, { userId, access });
      expect(errors ?? []).toEqual([]);
      return data.startImpersonation;
    },
    async open(setup, more = {}) {
      const banner = await openBannerPage(await setting.person(more.person), site, setup, more);
      return { ...banner, close: () => banner.page.context().close() };
    },
    watching: (actorToken, more = {}) => ({ attributes: { endpoint: `${gateway.url}/graphql` }, actorToken, ...more }),
    async revoke(sessionId) {
      await gateway.graphql(
        await gateway.signIn('user_grace'),
        'mutation Revoke($id: ID!) { revokeImpersonation(input: { sessionId: $id, reason: "Wrong person" }) { session { id } } }',
        { id: sessionId },
      );
    },
    async stop() {
      await setting.stop();
      await site.stop();
    },
  };
}
