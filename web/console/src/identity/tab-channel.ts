import type { IdentityStore, StampedState } from './identity-store.js';
import { readTabMessage, type TabMessage } from './tab-message.js';

const NAME = 'impersonation-console-identity';

/**
 * Keeps the tabs of this browser at one truth, by messages from memory to memory: nothing is stored, and a tab that opens asks
 * the others. Only pages of this very origin can take part.
 */
export interface TabChannel {
  tell(told: StampedState): void;
  /** Listens for the other tabs, and settles once they had the time to say who is signed in. */
  join(store: IdentityStore): Promise<void>;
  /** Whether no other tab is known to be open. */
  isAlone(): boolean;
  leave(): void;
}

/** How long a tab that opens waits for others, milliseconds. */
const WAIT_MS = 150;

export function openTabChannel(tab: string): TabChannel {
  const channel = new BroadcastChannel(NAME);
  const others = new Set<string>();
  const send = (message: TabMessage) => channel.postMessage(message);

  return {
    tell: (told) => send({ kind: 'changed', tab, told }),
    join(store) {
      return new Promise((settle) => {
        channel.onmessage = ({ data }: MessageEvent<unknown>) => {
          const message = readTabMessage(data);
          if (message === null) return;
          if (message.kind === 'gone') {
            others.delete(message.tab);
            return;
          }
          others.add(message.tab);
          if (message.kind === 'who') {
            send({ kind: 'here', tab, told: store.stamped() });
            return;
          }
          store.adopt(message.told);
          if (message.kind === 'here' && message.told.state.own !== null) settle();
        };
        send({ kind: 'who', tab });
        setTimeout(settle, WAIT_MS);
      });
    },
    isAlone: () => others.size === 0,
    leave: () => send({ kind: 'gone', tab }),
  };
}
