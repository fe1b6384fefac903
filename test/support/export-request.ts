import { type IncomingMessage, request } from 'node:http';
import { keepOutput, noteSecret } from './record.js';

/** The answer to `GET /audit/export`, read to its end or to where it was cut. */
export interface ExportAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The text without its last line break, line by line. */
  readonly lines: readonly string[];
  /** Codes of a refusal. */
  readonly codes: readonly string[];
  /** Whether the connection ended before the answer did. */
  readonly isCut: boolean;
}

export interface ExportWish {
  /** From `?` on. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called once the answer begins. */
  readonly onAnswer?: (answer: IncomingMessage) => void;
}

/** Asks for an export as a client without any library would. */
export function askExport(url: string, token: string | null, wish: ExportWish = {}): Promise<ExportAnswer> {
  const headers = { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...wish.headers };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/audit/export${wish.query ?? ''}`, { headers, agent: false }, (answer) => {
      const pieces: Buffer[] = [];
      const done = (isCut: boolean) => {
        const text = Buffer.concat(pieces).toString('utf8');
        noteSecret('token', token);
        keepOutput('export', text);
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          lines: text.split(/\r?\n/).slice(0, -1),
          codes: (answer.statusCode ?? 0) < 400 ? [] : codesIn(text),
          isCut,
        });
      };
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', () => undefined);
      answer.on('close', () => done(!answer.complete));
      wish.onAnswer?.(answer);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function codesIn(text: string): string[] {
  const { errors = [] } = JSON.parse(text) as { errors?: readonly { extensions: { code: string } }[] };
  return errors.map(({ extensions }) => extensions.code);
}
