import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, FAULT_TRAITS, LIMITS } from '../../../src/audit/verify/index.js';
import { EVENT_TYPES } from '../../../src/domain/audit-event.js';

const read = (name: string): string => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const page = read('docs/audit-format.md');

/** The rows of the table below a heading, cell by cell. */
function tableUnder(heading: string): string[][] {
  const section =
    page
      .slice(page.indexOf(`\n${heading}\n`))
      .split('\n\n')
      .find((part) => part.startsWith('|')) ?? '';
  const rows = section.split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/audit-format.md', () => {
  it('lists every kind of fault, its family, and whether a partial export may have it, and no other', () => {
    const listed = tableUnder('### Faults').map(([kind, family]) => `${kind} ${family}`);
    const known = FAULT_KINDS.map((kind) => {
      const traits = FAULT_TRAITS[kind];
      return `\`${kind}\`${'ofAbsence' in traits ? ' *' : ''} ${traits.family}`;
    });
    expect(listed).toEqual(known);
  });

  it('lists every limit, and no other', () => {
    expect(tableUnder('### Limits').map(([limit]) => limit)).toEqual(
      Object.keys(LIMITS).map((limit) => `\`${limit}\``),
    );
  });

  it('quotes the test vectors as they are', () => {
    const vectors = ['export.ndjson', 'anchors.ndjson', 'expected.json']
      .map((name) => read(`test/vectors/${name}`))
      .join();
    const unescaped = vectors.replaceAll('\\"', '"');
    const quoted = [...page.matchAll(/```(?:json)?\n(.*?)```/gs)].flatMap(([, block = '']) => block.trim().split('\n'));
    const bodies = quoted.filter((line) => line.startsWith('{'));
    expect(bodies).toHaveLength(2);
    for (const body of bodies) expect(unescaped).toContain(body);
    const values = page.match(/(?<![\w-])(?:[0-9a-f]{64}|[\w-]{86})(?![\w-])/g) ?? [];
    expect(values.length).toBeGreaterThan(8);
    for (const value of values) expect(vectors).toContain(value);
  });

  it('counts the event types', () => {
    expect(EVENT_TYPES).toHaveLength(18);
    expect(page).toContain('one of the eighteen');
  });
});
