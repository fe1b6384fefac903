import type { GraphQLResolveInfo } from 'graphql';

type Path = GraphQLResolveInfo['path'];

/** A value in words: the same words for deeply equal values, prototype and key order included. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(describeValue).join()}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  const bare = prototype === null ? 'bare' : prototype === Object.prototype ? '' : 'other';
  return `${bare}{${Object.entries(value)
    .map(([key, each]) => `${key}:${describeValue(each)}`)
    .join()}}`;
}

/** The response path, from the root: what the behaviour of a resolver depends on. */
export function pathText(path: Path): string {
  let text = '';
  for (let place: Path | undefined = path; place !== undefined; place = place.prev) text = `.${place.key}${text}`;
  return text;
}

/** The same with the names of the parent types that graphql-js has in it. */
export function typedPathText(path: Path): string {
  let text = '';
  for (let place: Path | undefined = path; place !== undefined; place = place.prev) {
    text = `.${place.typename ?? ''}:${place.key}${text}`;
  }
  return text;
}
