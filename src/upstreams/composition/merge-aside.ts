import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { CompositionError } from './composition-error.js';
import type { Merged, MergedService } from './merge.js';

/** Schemas of this many megabytes of objects are nobody's; they must not take the memory of the process. */
const MOST_MEGABYTES = 1_024;
/** Longer than schemas that anybody has written take, milliseconds; without an end no other could ever be taken. */
const MOST_MS = 120_000;
const THREAD = new URL('./merge-thread.mjs', import.meta.url);

export interface MergeAsideOptions {
  /** Ends it: the thread is gone when the promise rejects. */
  readonly signal?: AbortSignal | undefined;
  /** What the thread may take of memory, megabytes. */
  readonly mostMegabytes?: number;
  /** How long it may take, milliseconds. */
  readonly mostMs?: number;
}

/**
 * As `merge`, in a thread of its own, so that requests, streams and looks at revocations go on meanwhile. The thread sees the schemas and
 * nothing else of the process, and is gone afterwards.
 * @throws CompositionError where it cannot be begun or does not come to its end; the signal's reason where it is aborted
 */
export async function mergeAside(
  services: readonly MergedService[],
  { signal, mostMegabytes = MOST_MEGABYTES, mostMs = MOST_MS }: MergeAsideOptions = {},
): Promise<Merged> {
  signal?.throwIfAborted();
  const worker = new Worker(THREAD, {
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
  });
  // Whatever it says when its answer is there already: an error that nobody hears would end the process.
  worker.on('error', () => undefined);
  const late = AbortSignal.timeout(mostMs);
  const ended = once(worker, 'exit').then(() => {
    throw new Error('it ended without an answer');
  });
  const answered = once(worker, 'message', { signal: signal === undefined ? late : AbortSignal.any([signal, late]) });
  // Each is looked at below; neither may count as a rejection that nobody handles.
  ended.catch(() => undefined);
  answered.catch(() => undefined);
  try {
    for (const service of services) {
      worker.postMessage(service);
      // Copying the schema of a large service takes milliseconds.
      await nextTurn();
    }
    worker.postMessage(null);
    const [merged] = (await Promise.race([answered, ended])) as [Merged];
    return merged;
  } catch (error) {
    signal?.throwIfAborted();
    const message = late.aborted ? `putting the schemas together takes longer than ${mostMs / 1_000} s` : whyNot(error);
    throw new CompositionError([{ service: null, coordinate: null, message }]);
  } finally {
    await worker.terminate();
  }
}

function whyNot(error: unknown): string {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? 'the schemas take more memory than there is for putting them together'
    : `the schemas could not be put together, the thread for it has failed: ${message}`;
}
