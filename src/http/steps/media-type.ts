import { LRUCache } from 'lru-cache';

export type ResultMediaType = 'application/json' | 'application/graphql-response+json';

export interface ResultFormat {
  readonly mediaType: ResultMediaType;
  /**
   * The client takes nothing but `application/json`, which GraphQL over HTTP answers with 200 whenever the request
   * was understood, whatever became of it.
   */
  readonly legacy: boolean;
}

const known = new LRUCache<string, { format: ResultFormat | null }>({ max: 200 });

/** How to answer a client that accepts this; null where neither JSON format is acceptable. */
export function negotiateResult(accept: string | undefined): ResultFormat | null {
  const key = accept ?? '';
  let entry = known.get(key);
  if (entry === undefined) {
    entry = { format: negotiate(key) };
    known.set(key, entry);
  }
  return entry.format;
}

function negotiate(accept: string): ResultFormat | null {
  if (accept.trim() === '') return { mediaType: 'application/json', legacy: false };
  let best: { quality: number; format: ResultFormat } | null = null;
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1);
    const format = formatFor(range, parameters);
    if (format === null || !(quality > 0)) continue;
    if (best === null || quality > best.quality) best = { quality, format };
  }
  return best?.format ?? null;
}

function formatFor(range: string, parameters: readonly string[]): ResultFormat | null {
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && charset !== 'charset=utf-8') return null;
  if (range === 'application/graphql-response+json') return { mediaType: range, legacy: false };
  if (range === 'application/json') return { mediaType: range, legacy: true };
  if (range === '*/*' || range === 'application/*') return { mediaType: 'application/json', legacy: false };
  return null;
}
