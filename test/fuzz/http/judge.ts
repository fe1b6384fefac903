import { isErrorCode } from '../../../src/errors/index.js';
import { readFrames, type WireAnswer } from './answers.js';

/**
 * What a gateway may say of which nothing is out of order. Of 5xx there is none: 503 is for a store or a service that does not answer, or
 * a trail that cannot be written, and 504 is not ours; here all of them answer. 500 is never right, and what Node's parser cannot
 * read (another version, a method it does not know) it tells as 400, so that neither 501 nor 505 is ever sent.
 */
const STATUSES: ReadonlySet<number> = new Set([
  ...[100, 101, 200, 201, 202, 204, 304, 308],
  ...[400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 417, 426, 429, 431],
]);
/** By which no client is told that the gateway is wrong. 1011 and 4500 would say so. */
const CLOSE_CODES: ReadonlySet<number> = new Set([
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010],
  ...[4400, 4401, 4403, 4406, 4408, 4409, 4429],
]);
/** How programs tell where they are. */
const INSIDES = /\n\s+at [^\n]*:\d+:\d+|node_modules|node:internal|file:\/\/\/|\/src\/(http|audit|identity|app)\//;

export interface Secrets {
  /** What no answer may hold: tokens that were sent, folders. */
  readonly texts: readonly string[];
}

/** What is wrong with an answer, one line each. */
export function faultsOf(answer: WireAnswer, { texts }: Secrets): readonly string[] {
  const { status, headers, body, whole } = answer;
  const faults: string[] = [];
  if (!STATUSES.has(status)) faults.push(`status ${status}`);
  faults.push(...leaksIn(body, texts));
  for (const [name, value] of headers) faults.push(...leaksIn(value, texts).map((leak) => `${name}: ${leak}`));
  if (status < 200) return faults;
  if (headers.get('x-content-type-options') !== 'nosniff')
    faults.push(`a ${status} without the headers of every answer`);
  if (headers.get('cache-control') === undefined) faults.push(`a ${status} that does not say how long it may be kept`);
  const type = headers.get('content-type') ?? '';
  if (body !== '' && type === '') faults.push(`a body of no type under ${status}`);
  if (status >= 400 && body === '' && headers.get('content-length') === '0')
    faults.push(`a ${status} that says nothing`);
  if (whole && body !== '') faults.push(...bodyFaults(type, body, status));
  return faults;
}

function leaksIn(text: string, secrets: readonly string[]): readonly string[] {
  const faults: string[] = [];
  if (INSIDES.test(text)) faults.push(`tells of the inside: ${INSIDES.exec(text)?.[0]}`);
  if (secrets.some((secret) => text.includes(secret))) faults.push('tells a secret');
  return faults;
}

function bodyFaults(type: string, body: string, status: number): readonly string[] {
  if (type.startsWith('text/event-stream')) return eventFaults(body);
  if (!/^application\/(graphql-response\+)?json\b/.test(type)) {
    return status >= 400 && !type.startsWith('text/plain') ? [`a ${status} of ${type}`] : [];
  }
  const value = parsed(body);
  if (value === undefined) return ['it is not the JSON it says'];
  const faults = codeFaults(value);
  if (status >= 400 && errorsOf(value).length === 0 && typeof (value as { error?: unknown })?.error !== 'string') {
    faults.push(`a ${status} without an error`);
  }
  return faults;
}

/** Events by the rules of graphql-sse. */
function eventFaults(body: string): readonly string[] {
  const faults: string[] = [];
  for (const event of body.split('\n\n').slice(0, -1)) {
    if (event.split('\n').every((line) => line === '' || line.startsWith(':'))) continue;
    const [, name, data] = /^(?::\s*\n+)*event: (next|complete)(?:\ndata: ?(.*))?$/s.exec(event) ?? [];
    if (name === undefined) faults.push(`no event: ${event.slice(0, 100)}`);
    else if (data !== undefined && data !== '') {
      const value = parsed(data);
      if (value === undefined) faults.push('the data of an event is no JSON');
      else faults.push(...codeFaults((value as { payload?: unknown }).payload ?? value));
    }
  }
  return faults;
}

/** What is wrong with what came by a WebSocket. */
export function frameFaults(bytes: Buffer, { texts }: Secrets): readonly string[] {
  const faults: string[] = [];
  for (const { opcode, payload } of readFrames(bytes)) {
    const text = payload.toString('utf8');
    faults.push(...leaksIn(text, texts));
    if (opcode === 8) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1000;
      if (!CLOSE_CODES.has(code)) faults.push(`closed with ${code} ${payload.subarray(2).toString('utf8')}`);
    } else if (opcode === 1) faults.push(...messageFaults(text));
    else if (opcode !== 9 && opcode !== 10) faults.push(`a frame of kind ${opcode}`);
  }
  return faults;
}

function messageFaults(text: string): readonly string[] {
  const message = parsed(text) as { readonly type?: unknown; readonly payload?: unknown } | undefined;
  if (message === undefined) return ['a message is no JSON'];
  if (message.type === 'error') return codeFaults({ errors: message.payload });
  return message.type === 'next' ? codeFaults(message.payload) : [];
}

/** Every error has a code of the catalogue, and none says that something went wrong inside. */
export function codeFaults(value: unknown): string[] {
  return errorsOf(value).flatMap((error) => {
    const { message, extensions } = (error ?? {}) as {
      readonly message?: unknown;
      readonly extensions?: { readonly code?: unknown };
    };
    const code = extensions?.code;
    if (typeof message !== 'string') return ['an error without a message'];
    if (!isErrorCode(code))
      return [`the code ${JSON.stringify(code)} is not in the catalogue: ${message.slice(0, 200)}`];
    return code === 'INTERNAL_SERVER_ERROR' ? ['INTERNAL_SERVER_ERROR'] : [];
  });
}

function errorsOf(value: unknown): readonly unknown[] {
  const errors = (value as { readonly errors?: unknown } | null)?.errors;
  return Array.isArray(errors) ? errors : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
