import { once } from 'node:events';
import { WebSocket } from 'ws';

/** What the memory of a process holds, bytes. */
export interface MemoryUsage {
  readonly rss: number;
  readonly heapTotal: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

/**
 * Looks into another Node.js process through its debugger's protocol, so that the program itself needs nothing for it. Stays connected until
 * `close`: the connection is one socket of the process, the same at every look.
 */
export interface Inspector {
  /** Memory as it is. */
  memory(): Promise<MemoryUsage>;
  /** Lets go of everything that can be let go of. */
  collectGarbage(): Promise<void>;
  /** What is left alive of the things that belong to one request or connection, by kind; garbage is collected before. */
  liveObjects(): Promise<Readonly<Record<string, number>>>;
  close(): void;
}

/**
 * One for each request, answer, connection or socket; a request that is over and still held by something is held by these. Each search goes
 * through the whole heap, so what has an ancestor in common is searched for at once.
 */
const SEARCHES: readonly { readonly ancestor: string; readonly kinds: Readonly<Record<string, string>> }[] = [
  {
    ancestor: "process.getBuiltinModule('node:events')",
    kinds: {
      IncomingMessage: "process.getBuiltinModule('node:http').IncomingMessage",
      ServerResponse: "process.getBuiltinModule('node:http').ServerResponse",
      Socket: "process.getBuiltinModule('node:net').Socket",
    },
  },
  { ancestor: 'AbortSignal', kinds: { AbortSignal: 'AbortSignal' } },
  { ancestor: 'AbortController', kinds: { AbortController: 'AbortController' } },
];

interface Reply {
  readonly id?: number;
  readonly result?: Record<string, any>;
  readonly error?: { readonly message: string };
}

/** @param url where a process that was started with `--inspect=127.0.0.1:0` says on its standard error that the debugger listens */
export async function openInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  const waiting = new Map<number, { resolve(result: Record<string, any>): void; reject(error: Error): void }>();
  let asked = 0;
  socket.on('message', (data) => {
    const { id, result = {}, error } = JSON.parse(String(data)) as Reply;
    const waiter = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || waiter === undefined) return;
    waiting.delete(id);
    if (error === undefined) waiter.resolve(result);
    else waiter.reject(new Error(`the debugger refused: ${error.message}`));
  });
  const gone = (why: string) => {
    for (const { reject } of waiting.values()) reject(new Error(why));
    waiting.clear();
  };
  socket.on('error', () => gone('the debugger cannot be reached'));
  socket.on('close', () => gone('the process let the debugger go'));

  function post(method: string, params: Record<string, unknown> = {}): Promise<Record<string, any>> {
    asked += 1;
    const id = asked;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  }

  async function evaluate(expression: string, returnByValue: boolean): Promise<Record<string, any>> {
    const { result, exceptionDetails } = await post('Runtime.evaluate', {
      expression,
      returnByValue,
      objectGroup: 'look',
    });
    if (exceptionDetails !== undefined) throw new Error(`the process could not evaluate ${expression}`);
    return result;
  }

  return {
    async memory() {
      return (await evaluate('process.memoryUsage()', true)).value;
    },
    async collectGarbage() {
      await post('HeapProfiler.collectGarbage');
    },
    async liveObjects() {
      const counts: Record<string, number> = {};
      for (const { ancestor, kinds } of SEARCHES) {
        const { objectId } = await evaluate(`${ancestor}.prototype`, false);
        const { objects } = await post('Runtime.queryObjects', { prototypeObjectId: objectId, objectGroup: 'look' });
        const made = Object.entries(kinds).map(([kind, found]) => `${kind}: ${found}`);
        const { result } = await post('Runtime.callFunctionOn', {
          objectId: objects.objectId,
          functionDeclaration: `function () {
            const kinds = Object.entries({ ${made.join(', ')} });
            return Object.fromEntries(kinds.map(([kind, made]) => [kind, this.filter((each) => each instanceof made).length]));
          }`,
          returnByValue: true,
        });
        Object.assign(counts, result.value);
        await post('Runtime.releaseObjectGroup', { objectGroup: 'look' });
      }
      return counts;
    },
    close() {
      socket.terminate();
    },
  };
}
