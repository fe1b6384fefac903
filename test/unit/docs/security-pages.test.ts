import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../attacks/catalogue.js';

const DOCS = new URL('../../../docs/', import.meta.url);
const PAGES = ['threat-model.md', 'asvs.md', 'upgrading.md', 'licences.md'] as const;

/** Attack → its file in test/attacks. */
const fileOf = new Map(CATALOGUE.flatMap(({ file, attacks }) => attacks.map(({ id }) => [id, file] as const)));

const textOf = (page: string) => readFileSync(new URL(page, DOCS), 'utf8');

interface Link {
  readonly label: string;
  readonly target: string;
}

function linksOf(page: string): Link[] {
  return [...textOf(page).matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)].map(([, label = '', target = '']) => ({
    label,
    target,
  }));
}

/** Headings as GitHub makes anchors of them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(PAGES)('docs/%s', (page) => {
  it('links to what is there', () => {
    const links = linksOf(page);
    expect(links.length).toBeGreaterThan(0);
    const broken = links.filter(({ target }) => {
      const url = new URL(target, new URL(page, DOCS));
      if (url.protocol !== 'file:') return true;
      const anchor = decodeURIComponent(url.hash.slice(1));
      url.hash = '';
      return !existsSync(url) || (anchor !== '' && !anchorsOf(readFileSync(url, 'utf8')).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('names paths that are there', () => {
    const named = [...textOf(page).matchAll(/`((?:test|src|scripts|docs|directives|resolvers|\.github)\/[\w./-]+)`/g)];
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(new URL(`../${path}`, DOCS)))).toEqual([]);
  });
});

describe.each(['threat-model.md', 'asvs.md'])('docs/%s', (page) => {
  it('names attacks that there are, each in its file, ranges from the first to the last', () => {
    const attacks = linksOf(page).filter(({ target }) => target.startsWith('../test/attacks/'));
    expect(attacks.length).toBeGreaterThan(20);
    const wrong = attacks.filter(({ label, target }) => {
      const ids = /^(A\d{2,})(?: to (A\d{2,}))?$/.exec(label);
      if (ids === null) return true;
      const [, from = '', to = from] = ids;
      return from > to && from.length >= to.length
        ? true
        : [from, to].some((id) => `../test/attacks/${fileOf.get(id)}` !== target);
    });
    expect(wrong).toEqual([]);
  });

  it('names no attack without a link to it', () => {
    const unlinked = textOf(page).replace(/\[[^\]]*\]\([^)]*\)/g, '');
    expect([...unlinked.matchAll(/\bA\d{2,}\b/g)].map(([id]) => id)).toEqual([]);
  });

  it('names tests by the path that it links to', () => {
    const tests = linksOf(page).filter(({ target }) => target.endsWith('.test.ts'));
    expect(tests.length).toBeGreaterThan(20);
    expect(tests.filter(({ label, target }) => target !== `../test/${label}.test.ts`)).toEqual([]);
  });
});

describe('docs/threat-model.md', () => {
  const rows = textOf('threat-model.md')
    .split('\n')
    .filter((line) => /^\| T\d/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

  it('numbers its threats without gaps', () => {
    expect(rows.map(([, id]) => id)).toEqual(rows.map((_, at) => `T${String(at + 1).padStart(2, '0')}`));
    expect(rows.length).toBeGreaterThan(40);
  });

  it('has a kind, a control and a test for each', () => {
    for (const [, id, kind, threat, control, shown] of rows) {
      expect(kind, id).toMatch(/^[STRIDE]$/);
      expect(threat, id).toMatch(/\w/);
      expect(control, id).toMatch(/\w/);
      expect(shown, id).toMatch(/\]\(\.\.\/test\//);
    }
  });
});
