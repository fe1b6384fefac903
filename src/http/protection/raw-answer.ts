import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../errors/index.js';

/** What is answered where there is no request that could be answered, or no way to answer it as one. */
export interface RawAnswer {
  /** The HTTP status with its words. */
  readonly status: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Answers on a bare socket and lets go of it. Nothing that follows on it is read. */
export function answerRaw(socket: Duplex, { status, code, message }: RawAnswer, common: readonly string[]): void {
  if (socket.destroyed || !socket.writable) return;
  const body = bodyOf(code, message);
  let head = `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\n`;
  for (let at = 0; at < common.length; at += 2) head += `${common[at]}: ${common[at + 1]}\r\n`;
  socket.end(`${head}Connection: close\r\n\r\n${body}`, () => socket.destroy());
}

/** The same to a request that is not looked at: its body is not read, so nothing that follows on the connection is either. */
export function answerUnread(
  res: ServerResponse,
  { status, code, message }: RawAnswer,
  common: readonly string[],
): void {
  const body = bodyOf(code, message);
  const about = ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(body.length)];
  res.writeHead(Number.parseInt(status, 10), [...about, ...common, 'Connection', 'close']);
  res.end(body);
}

function bodyOf(code: ErrorCode, message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}
