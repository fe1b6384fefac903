import type { Caller } from '../identity/identity.js';
import type { Operation } from './execute.js';
import { Refusal } from './refusal.js';
import { errorCodeOf } from './refusals-in-words.js';
import { shownAnswer } from './shown-text.js';

/** `waiting`: the connection is lost and is tried again. */
export type StreamState = 'connecting' | 'live' | 'waiting';

export interface StreamListener<Result> {
  readonly onEvent: (event: Result) => void;
  readonly onState: (state: StreamState) => void;
  /** The gateway refuses to begin or to go on; nothing more comes. */
  readonly onRefused: (refusal: Refusal, asWhole: boolean) => void;
  /**
   * The gateway does not go on from the cursor (`after`) that the operation named: what followed it was pruned, or the trail is another one.
   * It is begun anew at once, and the operation must not name that cursor again. Without this it is refused as anything else is.
   */
  readonly onCursorLost?: () => void;
}

/** What passes by itself: worth trying again, from the last cursor. */
const PASSING: ReadonlySet<string> = new Set(['UPSTREAM_UNAVAILABLE', 'REVOCATION_UNAVAILABLE', 'AUDIT_UNAVAILABLE']);
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * Follows a subscription by Server-Sent Events, the token in the Authorization header. A lost connection is tried again until
 * `stop` is called; `operation` is asked anew each time, so that it can name where to go on. Returns `stop`.
 */
export function follow<Result, Variables extends object>(
  operation: () => Operation<Result, Variables>,
  streamPath: string,
  { token }: Caller,
  { onEvent, onState, onRefused, onCursorLost }: StreamListener<Result>,
): () => void {
  const stopped = new AbortController();
  const url = new URL(streamPath, location.href).href;
  let failures = 0;
  let lostCursor: unknown = null;
  /** Lets go of the connection, or of the pause before the next one: a tab that is open for weeks has many, one at a time. */
  let letGo: () => void = () => undefined;

  async function connect(): Promise<void> {
    const { createClient } = await import('graphql-sse');
    if (stopped.signal.aborted) return;
    // The package would try a refused credential again as if it were a lost connection, so that is decided here.
    const headers = { Authorization: `Bearer ${token}` };
    const client = createClient({ url, headers, credentials: 'omit', retryAttempts: 0 });
    letGo = () => client.dispose();
    const { document, variables } = operation();
    const after = 'after' in variables ? variables.after : null;
    let refused = false;
    let failuresBefore = 0;
    client.subscribe<Result>(
      { query: document.toString(), variables: { ...variables } as Record<string, unknown> },
      {
        next({ data, errors }) {
          const [error] = errors ?? [];
          if (error !== undefined) {
            const refusal = asRefusal(error);
            // What passes is tried again when the stream has ended.
            if (PASSING.has(refusal.code)) {
              failures = failuresBefore;
              return;
            }
            refused = true;
            refuse(refusal, false, after);
          } else if (data !== null && data !== undefined) onEvent(shownAnswer(data));
        },
        error: (error: unknown) => void failed(error, after),
        complete() {
          if (!refused) again();
        },
      },
      {
        connected() {
          failuresBefore = failures;
          failures = 0;
          onState('live');
        },
      },
    );
  }

  async function failed(error: unknown, after: unknown): Promise<void> {
    if (stopped.signal.aborted) return;
    const refusal = await refusalOf(error);
    if (refusal === null) again();
    else if (!stopped.signal.aborted) refuse(refusal, true, after);
  }

  function refuse(refusal: Refusal, asWhole: boolean, after: unknown): void {
    const { code, extensions } = refusal;
    const isOfCursor = code === 'BAD_USER_INPUT' && extensions.field === 'after' && after != null;
    // Named once more it would be refused for ever.
    if (onCursorLost === undefined || !isOfCursor || after === lostCursor) {
      onRefused(refusal, asWhole);
      return;
    }
    lostCursor = after;
    letGo();
    onCursorLost();
    onState('connecting');
    start();
  }

  function again(): void {
    if (stopped.signal.aborted) return;
    onState('waiting');
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
    failures = Math.min(failures + 1, 10);
    const timer = setTimeout(start, wait * (0.75 + Math.random() / 2));
    letGo = () => clearTimeout(timer);
  }

  function start(): void {
    // The package itself may not load while there is no network.
    connect().catch(again);
  }

  onState('connecting');
  start();
  return () => {
    stopped.abort();
    letGo();
  };
}

interface SentError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

function asRefusal({ message, extensions = {} }: SentError): Refusal {
  return new Refusal(errorCodeOf(extensions.code), message, extensions, null);
}

/** What the gateway answered in place of a stream, or null where it is worth trying again. */
async function refusalOf(error: unknown): Promise<Refusal | null> {
  const response = typeof error === 'object' && error !== null && 'response' in error ? error.response : undefined;
  if (!(response instanceof Response) || response.status >= 500) return null;
  const body: unknown = await response.json().catch(() => null);
  const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : null;
  const [first] = Array.isArray(errors) ? (errors as SentError[]) : [];
  return asRefusal(first ?? { message: '' });
}
