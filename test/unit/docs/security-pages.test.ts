import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { broken, DOCS, fault, isTest, linksIn, rowsBelow, textOf, titlesOfTests } from './evidence.js';

const PAGES = [
  '../SECURITY.md',
  'security.md',
  'cryptography.md',
  'threat-model.md',
  'asvs.md',
  'upgrading.md',
  'licences.md',
] as const;

describe.each(PAGES)('docs/%s', (page) => {
  it('links to what is there', () => {
    expect(linksIn(textOf(page)).length).toBeGreaterThan(0);
    expect(broken(page)).toEqual([]);
  });

  it('names paths that are there', () => {
    const named = [
      ...textOf(page).matchAll(/`((?:test|src|scripts|docs|deploy|directives|resolvers|\.github)\/[\w./-]+)`/g),
    ];
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(new URL(`../${path}`, DOCS)))).toEqual([]);
  });

  it('names tests that there are, by their titles, each in its file', () => {
    const faults = linksIn(textOf(page))
      .filter(isTest)
      .map(fault)
      .filter((each) => each !== null);
    expect(faults).toEqual([]);
  });

  it('names no attack by its number, which may change', () => {
    expect(textOf(page)).not.toMatch(/\bA\d{2,3}\b/);
  });
});

describe('the search for titles', () => {
  it('finds those of every kind of test, and takes nothing else for one', () => {
    const source = `describe('a group', () => {\n  it("with 'marks'", run);\n  it.each(rows)(\n    \`a \${b}\`,\n    run);\n  it('it\\'s', run);\n  const text = 'no title';\n});`;
    expect(titlesOfTests(source)).toEqual(['a group', "with 'marks'", `a \${b}`, "it's"]);
  });

  it('finds a link to a test that is not there, by file and by title', () => {
    const label = 'unit/docs/security-pages: “names no attack by its number, which may change”';
    expect(fault({ label, target: '../test/unit/docs/security-pages.test.ts' })).toBeNull();
    expect(fault({ label, target: '../test/unit/docs/elsewhere.test.ts' })).toMatch(/leads to/);
    expect(fault({ label: 'unit/docs/none: “a title”', target: '../test/unit/docs/none.test.ts' })).toMatch(
      /there is no/,
    );
    expect(
      fault({
        label: `unit/docs/security-pages: “${'x'.repeat(9)}”`,
        target: '../test/unit/docs/security-pages.test.ts',
      }),
    ).toMatch(/no such title/);
    expect(fault({ label: 'the tests', target: '../test/unit/docs/security-pages.test.ts' })).toMatch(/names no test/);
  });
});

describe('docs/threat-model.md', () => {
  const rows = rowsBelow(textOf('threat-model.md'), '## Threats').filter(([id = '']) => /^T\d/.test(id));

  it('numbers its threats without gaps', () => {
    expect(rows.map(([id]) => id)).toEqual(rows.map((_, at) => `T${String(at + 1).padStart(2, '0')}`));
    expect(rows.length).toBeGreaterThan(50);
  });

  it('has a kind, a control and a test for each', () => {
    for (const [id, kind, threat, control, shown = ''] of rows) {
      expect(kind, id).toMatch(/^[STRIDE]$/);
      expect(threat, id).toMatch(/\w/);
      expect(control, id).toMatch(/\w/);
      expect(linksIn(shown).filter(isTest).length, id).toBeGreaterThan(0);
    }
  });

  it('has threats of every kind', () => {
    expect(new Set(rows.map(([, kind]) => kind))).toEqual(new Set('STRIDE'));
  });
});
