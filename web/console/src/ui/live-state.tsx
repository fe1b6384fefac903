import type { Following } from '../graphql/use-follow.js';
import { Badge } from './badge.js';

/** Whether what is shown follows what happens. */
export function LiveState({ following: { state } }: { readonly following: Following }) {
  switch (state) {
    case 'live':
      return <Badge tone="good">Live</Badge>;
    case 'connecting':
      return <Badge>Connecting…</Badge>;
    case 'waiting':
      return <Badge tone="warning">Reconnecting…</Badge>;
    case 'refused':
      return <Badge tone="danger">Not live</Badge>;
    case 'off':
      return <Badge>Paused</Badge>;
  }
}
