import { request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** Asks for exactly this path: nothing is normalised, added or decoded on the way. */
export function rawRequest(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const req = request({ host: hostname, port, path, method, headers }, (res) => {
      const chunks: Buffer[] = [];
      res
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          const flat = Object.entries(res.headers).map(([name, value]) => [name, String(value)]);
          resolve({ status: res.statusCode ?? 0, headers: Object.fromEntries(flat), bytes: Buffer.concat(chunks) });
        });
    });
    req.on('error', reject).end();
  });
}
