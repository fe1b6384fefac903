import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DOCS, isTest, linksIn, rowsBelow, textOf } from './evidence.js';

const { levels } = JSON.parse(readFileSync(new URL('asvs-5.0.0.json', import.meta.url), 'utf8')) as {
  levels: Record<string, string>;
};
/** Requirement → level, in the order of the standard. */
const LEVEL = new Map<string, number>(
  Object.entries(levels).flatMap(([section, each]) =>
    [...each].map((level, at) => [`${section}.${at + 1}`, Number(level)] as const),
  ),
);
const IDS = [...LEVEL.keys()];
const STANDINGS = ['met', 'partly', 'not met', 'operator', 'host', 'provider', 'does not apply'];
const HOW = 'docs/asvs.md does not count what it says. UPDATE_DOCS=1 npx vitest run test/unit/docs';
const COUNTS = /(?<=<!-- counts -->\n)[\s\S]*?(?=\n<!-- \/counts -->)/;

interface Row {
  readonly ids: readonly string[];
  readonly levels: string;
  readonly standing: string;
  readonly how: string;
  readonly shown: string;
}

const text = textOf('asvs.md');
const rows: Row[] = rowsBelow(text, '## ASVS 5.0.0')
  .filter(([first = '']) => first.startsWith('V'))
  .map(([ids = '', level = '', , standing = '', how = '', shown = '']) => ({
    ids: ids.split(', ').flatMap(named),
    levels: level,
    standing,
    how,
    shown,
  }));

/** `V1.2.3`, or `V1.2.3 to V1.2.5` as the standard has them in order. */
function named(text: string): string[] {
  const [from = '', to = from] = text.split(' to ');
  const [first, last] = [IDS.indexOf(from), IDS.indexOf(to)];
  return first === -1 || last < first ? [`${text}: there is no such requirement`] : IDS.slice(first, last + 1);
}

function counts(): string {
  const lines = [...STANDINGS, '**all**'].map((standing) => {
    const of = rows
      .filter((row) => standing === '**all**' || row.standing === standing)
      .flatMap(({ ids }) => ids.map((id) => LEVEL.get(id)));
    const each = [1, 2, 3].map((level) => of.filter((one) => one === level).length);
    return `| ${[standing, ...each, of.length].join(' | ')} |`;
  });
  return ['| standing | level 1 | level 2 | level 3 | all |', '|---|---:|---:|---:|---:|', ...lines].join('\n');
}

describe('docs/asvs.md', () => {
  it('has every requirement of the standard, once, in its order', () => {
    expect(IDS).toHaveLength(345);
    expect(rows.flatMap(({ ids }) => ids)).toEqual(IDS);
  });

  it('gives each its level', () => {
    for (const { ids, levels } of rows)
      expect(levels, ids[0]).toBe([...new Set(ids.map((id) => LEVEL.get(id)))].sort().join(', '));
  });

  it('says of each how it stands, and how it is met, or why not', () => {
    for (const { ids, standing, how } of rows) {
      expect(STANDINGS, ids[0]).toContain(standing);
      if (standing !== 'provider') expect(how, ids[0]).toMatch(/\w/);
    }
  });

  it('names a test for what it calls met, or says that none shows it', () => {
    for (const { ids, standing, shown } of rows.filter(({ standing }) => ['met', 'partly'].includes(standing)))
      expect(linksIn(shown).some(isTest) || shown === 'not shown by a test', `${ids[0]}, ${standing}`).toBe(true);
  });

  it('counts what it says', () => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(new URL('asvs.md', DOCS), text.replace(COUNTS, counts()));
    expect(COUNTS.exec(textOf('asvs.md'))?.[0], HOW).toBe(counts());
  });
});

describe('the API Security Top 10', () => {
  const risks = rowsBelow(text, '## API Security Top 10 (2023)').filter(([first = '']) => first.startsWith('API'));

  it('has its ten risks, each with what is done and a test', () => {
    expect(risks.map(([id]) => id)).toEqual(Array.from({ length: 10 }, (_, at) => `API${at + 1}`));
    for (const [id, , how = '', shown = ''] of risks) {
      expect(how, id).toMatch(/\w/);
      expect(linksIn(shown).filter(isTest).length, id).toBeGreaterThan(0);
    }
  });
});
