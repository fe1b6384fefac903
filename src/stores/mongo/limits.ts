/**
 * How long MongoDB may take, in milliseconds. The driver's own `timeoutMS` has had no effect since 7.9, so the deadline of an
 * operation is kept here (see {@link MongoConnection.run}); the others make the driver and the server give up before it.
 */

/** Until a usable primary must have been found. */
export const SERVER_SELECTION_MS = 1_500;
/** Until a connection must stand; also how long the driver's monitor waits before it drops a silent server. */
export const CONNECT_MS = 1_500;
/** Until the server itself gives up a read. */
export const READ_MS = 2_000;
/** Until a majority must have acknowledged a write. */
export const MAJORITY_MS = 2_000;
/** Until any single operation has an answer or counts as unavailable, whatever the driver does. */
export const OPERATION_MS = 2_500;
/** Until a ping counts as unanswered. */
export const PING_MS = 1_000;
/** Without any answer for this long, the driver's client is given up for a new one. */
export const RENEWAL_MS = 5_000;
/** Building an index over a large existing collection takes as long as it takes; this only ends a start that hangs. */
export const INDEX_BUILD_MS = 600_000;
/** Between two looks at whether an index that another process builds is ready. */
export const INDEX_POLL_MS = 500;
/** Erasing a person takes as long as their events are many; this only ends a call that hangs. */
export const ERASURE_MS = 60_000;
/** Between two looks at whether a write that another writer made has reached the majority. */
export const MAJORITY_POLL_MS = 20;
/** How long the server holds the look at a change stream while nothing happens. */
export const WATCH_AWAIT_MS = 1_000;
/** Before a broken change stream is opened anew: at first, and after many tries. */
export const WATCH_RETRY_FIRST_MS = 250;
export const WATCH_RETRY_MOST_MS = 5_000;
