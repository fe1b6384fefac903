import type { EventInChainQuery } from '../../generated/graphql.js';

export type ShownEvent = NonNullable<EventInChainQuery['event']>;

export interface EventDetailProps {
  readonly found: EventInChainQuery & { readonly event: ShownEvent };
  /** The address of another event's detail. */
  readonly hrefOf: (id: string) => string;
  /** What headings are below. */
  readonly level: 2 | 3;
}
