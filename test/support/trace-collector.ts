import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A span as it arrived. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: it has none. */
  readonly parentSpanId: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly string[];
  /** Whether it ended with an error. */
  readonly failed: boolean;
}

/** Takes traces by OTLP over HTTP, as a collector does, and keeps them. */
export interface TraceCollector {
  readonly url: string;
  readonly spans: CollectedSpan[];
  /** Of each resource that sent something. */
  readonly resources: Readonly<Record<string, unknown>>[];
  readonly headers: IncomingHttpHeaders[];
  /** Every byte that came, as latin1. */
  received(): string;
  /** What it answers; 200 takes them. */
  status: number;
  stop(): Promise<void>;
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const bodies: Buffer[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    bodies.push(body);
    collector.headers.push(req.headers);
    if (collector.status === 200) take(body, collector);
    res.writeHead(collector.status, { 'content-type': 'application/x-protobuf' });
    res.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const collector: TraceCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    resources: [],
    headers: [],
    received: () => Buffer.concat(bodies).toString('latin1'),
    status: 200,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return collector;
}

/** ExportTraceServiceRequest of opentelemetry/proto/collector/trace/v1. */
function take(body: Buffer, collector: TraceCollector): void {
  for (const resourceSpans of all(body, 1)) {
    for (const resource of all(resourceSpans, 1)) collector.resources.push(attributesOf(all(resource, 1)));
    for (const scopeSpans of all(resourceSpans, 2)) {
      for (const span of all(scopeSpans, 2)) {
        collector.spans.push({
          traceId: hexOf(span, 1),
          spanId: hexOf(span, 2),
          parentSpanId: hexOf(span, 4),
          name: all(span, 5)[0]?.toString('utf8') ?? '',
          kind: Number(fields(span).find(({ number }) => number === 6)?.value ?? 0),
          attributes: attributesOf(all(span, 9)),
          links: all(span, 13).map((link) => hexOf(link, 2)),
          failed: all(span, 15).some((status) =>
            fields(status).some(({ number, value }) => number === 3 && value === 2n),
          ),
        });
      }
    }
  }
}

interface Field {
  readonly number: number;
  readonly value: bigint | Buffer;
}

/** Protocol buffers, the wire format: what is in a message, field by field. */
function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(message.readUInt8(at++));
      value |= (byte & 0x7fn) << shift;
      if ((byte & 0x80n) === 0n) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const type = tag & 7;
    if (type === 0) found.push({ number, value: varint() });
    else {
      const length = type === 1 ? 8 : type === 5 ? 4 : Number(varint());
      found.push({ number, value: message.subarray(at, at + length) });
      at += length;
    }
  }
  return found;
}

function all(message: Buffer, wanted: number): Buffer[] {
  return fields(message).flatMap(({ number, value }) => (number === wanted && Buffer.isBuffer(value) ? [value] : []));
}

function hexOf(message: Buffer, wanted: number): string {
  return all(message, wanted)[0]?.toString('hex') ?? '';
}

function attributesOf(pairs: readonly Buffer[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [value] = fields(all(pair, 2)[0] ?? Buffer.alloc(0));
      const key = all(pair, 1)[0]?.toString('utf8') ?? '';
      if (value === undefined) return [key, undefined];
      if (value.number === 1) return [key, (value.value as Buffer).toString('utf8')];
      return [key, value.number === 2 ? value.value === 1n : Number(value.value)];
    }),
  );
}
