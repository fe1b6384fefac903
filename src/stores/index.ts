export type {
  ChainHead,
  CountRequest,
  EventCount,
  EventFilter,
  EventImprints,
  EventStore,
  EventWatch,
} from './event-store.js';
export type { PageKey, PageRequest, Slice } from './page.js';
export type { SealStore } from './seal-store.js';
export {
  type EndClaim,
  ERASED_TEXT,
  type SessionFilter,
  type SessionStore,
  type UnrecordedEnd,
} from './session-store.js';
export type { Store } from './store.js';
export type { UserDirectory, UserSearch } from './user-directory.js';
