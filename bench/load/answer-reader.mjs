const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

/**
 * Cuts a connection's bytes into answers: status, head, body. Knows what servers of this suite send: a content length, or chunks.
 * @param {(status: number, body: Buffer, head: string) => void} onAnswer
 */
export function createAnswerReader(onAnswer) {
  let pending = null;

  return (bytes) => {
    let rest = pending === null ? bytes : Buffer.concat([pending, bytes]);
    pending = null;
    while (rest.length > 0) {
      const headEnd = rest.indexOf(HEAD_END);
      if (headEnd === -1) break;
      const head = rest.latin1Slice(0, headEnd);
      const found = bodyOf(rest, head, headEnd + 4);
      if (found === null) break;
      const status = Number(head.slice(9, 12));
      rest = rest.subarray(found.end);
      onAnswer(status, found.body, head);
    }
    if (rest.length > 0) pending = rest;
  };
}

function bodyOf(bytes, head, start) {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) {
    const end = start + Number(length[1]);
    return bytes.length < end ? null : { body: bytes.subarray(start, end), end };
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return chunkedBody(bytes, start);
  throw new Error(`an answer without a length:\n${head}`);
}

function chunkedBody(bytes, start) {
  const parts = [];
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf(LINE_END, at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(bytes.latin1Slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (bytes.length < end) return null;
    if (size === 0) return { body: Buffer.concat(parts), end };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = end;
  }
}
