import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../../src/errors/index.js';

interface Row {
  readonly code: string;
  readonly status: string;
  readonly when: string;
  readonly next: string;
}

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

/** The rows of the table under "The codes"; the cells as they stand there. */
function rowsOf(markdown: string): readonly Row[] {
  const [, section = ''] = markdown.split('\n## The codes\n');
  const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((line) => {
    const [code = '', status = '', when = '', next = ''] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    return { code: code.replaceAll('`', ''), status, when, next };
  });
}

const rows = rowsOf(page);

describe('docs/errors.md', () => {
  it('lists exactly the codes of the catalogue with their statuses, each once, in its order', () => {
    expect(rows.map(({ code, status }) => `${code} ${status}`)).toEqual(
      Object.entries(ERROR_CATALOGUE).map(([code, { status }]) => `${code} ${status}`),
    );
  });

  it.each(rows)('says of $code when it happens and what to do next, in sentences', ({ when, next }) => {
    expect(when).toMatch(/^(\p{Lu}|`).{10,}\.$/u);
    expect(next).toMatch(/^(\p{Lu}|`).{10,}\.$/u);
  });

  it('names no other code anywhere on the page', () => {
    const shouted = [...page.matchAll(/`([A-Z]{2,}(?:_[A-Z]+)*)`/g)].map(([, word = '']) => word);
    const notCodes = ['VIEWER', 'ACTOR', 'READ_ONLY', 'FULL'];
    const unknown = shouted.filter((word) => !Object.hasOwn(ERROR_CATALOGUE, word) && !notCodes.includes(word));
    expect(shouted.length).toBeGreaterThan(rows.length);
    expect(unknown).toEqual([]);
  });
});
