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
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  let head = `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\n`;
  for (let at = 0; at < common.length; at += 2) head += `${common[at]}: ${common[at + 1]}\r\n`;
  socket.end(`${head}Connection: close\r\n\r\n${body}`, () => socket.destroy());
}
