import fc from 'fast-check';
import { jsonText } from './json-text.js';
import { oddText } from './odd-text.js';

type Path = readonly (string | number)[];

/** Where there is something in a value: every member and every item, at any depth. */
function pathsIn(value: unknown, before: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [before];
  const inner = Object.entries(value).map(([name, each]) =>
    pathsIn(each, [...before, Array.isArray(value) ? Number(name) : name]),
  );
  return [before, ...inner.flat()];
}

/** JSON text of the value with another text at one place. */
function written(value: unknown, [first, ...rest]: Path, put: string | null, isHere = true): string {
  if (isHere && first === undefined) return put ?? 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = Object.entries(value).flatMap(([name, each]) => {
    const onTheWay = isHere && String(first) === name;
    if (onTheWay && rest.length === 0 && put === null) return [];
    const text = written(each, rest, put, onTheWay);
    return [Array.isArray(value) ? text : `${JSON.stringify(name)}:${text}`];
  });
  return Array.isArray(value) ? `[${inner.join(',')}]` : `{${inner.join(',')}}`;
}

/** The JSON text of a value in which one or two places hold something else, or are left out, or one member more than there should be. */
export function replacedIn(value: unknown): fc.Arbitrary<string> {
  const paths = pathsIn(value);
  const put = fc.oneof(
    { arbitrary: jsonText, weight: 5 },
    { arbitrary: fc.constant(null), weight: 1 },
    { arbitrary: fc.constantFrom('0', '-1', '1e999', '""', '[]', '{}', 'null', 'true', '[[]]', '"*"'), weight: 4 },
  );
  const member = fc.tuple(fc.oneof(fc.constantFrom('__proto__', 'url', 'constructor'), oddText), jsonText);
  const more = fc.oneof({ arbitrary: fc.constant(null), weight: 5 }, { arbitrary: member, weight: 1 });
  return fc.tuple(fc.constantFrom(...paths), put, more).map(([path, text, added]) => {
    const replaced = written(value, path, text);
    if (added === null || !replaced.includes('{')) return replaced;
    return replaced.replace('{', () => `{${JSON.stringify(added[0])}:${added[1]},`).replace(',}', '}');
  });
}
