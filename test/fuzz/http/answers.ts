/** One answer as it was on the wire. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whether its end was received. */
  readonly whole: boolean;
}

export interface Received {
  readonly answers: readonly WireAnswer[];
  /** What came after the connection was handed to another protocol; null where it was not. */
  readonly upgraded: Buffer | null;
}

/** It is not what HTTP/1.1 allows. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
}

const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\x20-\x7e\x80-\xff\t]*)$/;
/** Which may be there once at most (RFC 9110 §5.3). */
const SINGLE = [
  'content-length',
  'content-type',
  'transfer-encoding',
  'x-request-id',
  'location',
  'etag',
  'cache-control',
];

/**
 * Reads the answers of a connection by RFC 9112.
 * @param isOver whether the server has ended the connection by itself
 * @param mayBeHead whether an answer without its body may be one to HEAD
 * @throws MalformedAnswer
 */
export function readAnswers(bytes: Buffer, isOver: boolean, mayBeHead: boolean): Received {
  const answers: WireAnswer[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) {
      if (isOver) throw new MalformedAnswer(`a head does not end: ${rest.toString('latin1').slice(0, 200)}`);
      break;
    }
    const head = readHead(rest.subarray(0, end).toString('latin1'));
    rest = rest.subarray(end + 4);
    if (head.status === 101) return { answers: [...answers, { ...head, body: '', whole: true }], upgraded: rest };
    if (head.status < 200 || head.status === 204 || head.status === 304) {
      answers.push({ ...head, body: '', whole: true });
      continue;
    }
    const noBody = mayBeHead && (rest.length === 0 || rest.subarray(0, 7).toString('latin1') === 'HTTP/1.');
    const { body, whole, after } = noBody
      ? { body: '', whole: true, after: rest }
      : readBody(head.headers, rest, isOver);
    answers.push({ ...head, body, whole });
    if (!whole) break;
    rest = after;
  }
  return { answers, upgraded: null };
}

function readHead(text: string): { readonly status: number; readonly headers: ReadonlyMap<string, string> } {
  const [first = '', ...lines] = text.split('\r\n');
  const status = STATUS_LINE.exec(first)?.[1];
  if (status === undefined) throw new MalformedAnswer(`no status line: ${first.slice(0, 200)}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = FIELD.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new MalformedAnswer(`no header: ${line.slice(0, 200)}`);
    const lower = name.toLowerCase();
    const before = headers.get(lower);
    if (before !== undefined && SINGLE.includes(lower)) throw new MalformedAnswer(`${name} is there twice`);
    headers.set(lower, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status), headers };
}

function readBody(headers: ReadonlyMap<string, string>, bytes: Buffer, isOver: boolean) {
  const length = headers.get('content-length');
  if (headers.get('transfer-encoding') === 'chunked') {
    if (length !== undefined) throw new MalformedAnswer('a length and chunks');
    return readChunks(bytes);
  }
  if (length === undefined) return { body: bytes.toString('utf8'), whole: isOver, after: Buffer.alloc(0) };
  if (!/^\d+$/.test(length)) throw new MalformedAnswer(`no length: ${length}`);
  const size = Number(length);
  return { body: bytes.subarray(0, size).toString('utf8'), whole: bytes.length >= size, after: bytes.subarray(size) };
}

function readChunks(bytes: Buffer) {
  const parts: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const line = rest.indexOf('\r\n');
    if (line === -1) break;
    const text = rest.subarray(0, line).toString('latin1');
    if (!/^[0-9a-f]+$/i.test(text)) throw new MalformedAnswer(`no chunk: ${text.slice(0, 100)}`);
    const size = Number.parseInt(text, 16);
    const start = line + 2;
    if (rest.length < start + size + 2) break;
    if (rest.subarray(start + size, start + size + 2).toString('latin1') !== '\r\n') {
      throw new MalformedAnswer('a chunk does not end where it says');
    }
    parts.push(rest.subarray(start, start + size));
    rest = rest.subarray(start + size + 2);
    if (size === 0) return { body: Buffer.concat(parts).toString('utf8'), whole: true, after: rest };
  }
  return { body: Buffer.concat(parts).toString('utf8'), whole: false, after: Buffer.alloc(0) };
}

/** A frame that the server sent. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Reads what came by a WebSocket (RFC 6455 §5.2). @throws MalformedAnswer */
export function readFrames(bytes: Buffer): readonly ServerFrame[] {
  const frames: ServerFrame[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
    if ((second & 0x80) !== 0) throw new MalformedAnswer('a server masks');
    if ((first & 0xf0) !== 0x80) throw new MalformedAnswer(`a frame begins with ${first}`);
    let size = second & 0x7f;
    at += 2;
    if (size === 126) {
      if (at + 2 > bytes.length) break;
      size = bytes.readUInt16BE(at);
      at += 2;
    } else if (size === 127) {
      if (at + 8 > bytes.length) break;
      size = Number(bytes.readBigUInt64BE(at));
      at += 8;
    }
    if (at + size > bytes.length) break;
    frames.push({ opcode: first & 0x0f, payload: bytes.subarray(at, at + size) });
    at += size;
  }
  return frames;
}
