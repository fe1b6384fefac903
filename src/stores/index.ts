export type { EventFilter, EventStore } from './event-store.js';
export type { PageKey, PageRequest, Slice } from './page.js';
export type { SealStore } from './seal-store.js';
export { ERASED_TEXT, type SessionFilter, type SessionStore } from './session-store.js';
export type { Store } from './store.js';
export type { UserDirectory, UserSearch } from './user-directory.js';
