export type { EventFilter, EventStore } from './event-store.js';
export type { PageKey, PageRequest, Slice } from './page.js';
export type { SessionFilter, SessionStore } from './session-store.js';
export type { Store } from './store.js';
export type { UserDirectory, UserSearch } from './user-directory.js';
