import { type ConsoleConfig, loadConsoleConfig } from '../config/console-config.js';
import { type Client, createClient } from '../graphql/client.js';
import { watchPresence } from '../graphql/presence.js';
import { createIdentityStore, type IdentityStore } from '../identity/identity-store.js';
import { takeOidcAnswer } from '../identity/oidc-errand.js';
import { randomId } from '../identity/random-id.js';
import { openTabChannel } from '../identity/tab-channel.js';
import { stopImpersonation } from '../impersonation/stop.js';
import { forgetAnnouncements } from '../ui/announcer.js';
import { completeSignIn } from './complete-sign-in.js';

export interface Started {
  readonly config: ConsoleConfig;
  readonly identity: IdentityStore;
  readonly client: Client;
  /** Why a sign-in with the identity provider did not succeed. */
  readonly signInProblem: string | null;
}

/** Reads the configuration and asks the other tabs who is signed in, at the same time. Throws where the gateway is silent. */
export async function startUp(): Promise<Started> {
  const answer = takeOidcAnswer();
  const tab = randomId();
  const channel = openTabChannel(tab);
  let client: Client | null = null;
  const identity = createIdentityStore({
    tab,
    tell: channel.tell,
    now: Date.now,
    abandon(impersonation) {
      // Should it not arrive, the session ends by its time; nobody has its token any more.
      if (client !== null) stopImpersonation(client, impersonation).catch(() => undefined);
    },
  });
  const [config] = await Promise.all([loadConsoleConfig(), channel.join(identity)]);
  const created = createClient(config.graphqlPath, identity, watchPresence(window));
  client = created;
  window.addEventListener('pagehide', ({ persisted }) => {
    channel.leave();
    const { impersonation } = identity.read();
    // With the last tab the token is gone for good: the session should not outlive it.
    if (impersonation !== null && channel.isAlone()) {
      stopImpersonation(created, impersonation, { keepalive: true }).catch(() => undefined);
    }
    // A browser may keep the page as it is, for whoever presses “back”: with nothing in it that is anybody's.
    if (persisted) {
      identity.putAway();
      forgetAnnouncements();
    }
  });
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
  window.addEventListener('beforeunload', (event) => {
    if (identity.read().impersonation !== null && channel.isAlone()) event.preventDefault();
  });
  const signInProblem = answer === null ? null : await completeSignIn(answer, config, created, identity);
  return { config, identity, client: created, signInProblem };
}
