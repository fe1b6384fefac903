import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PAGE = new URL('../../../docs/licences.md', import.meta.url);
const LOCK = new URL('../../../package-lock.json', import.meta.url);
const END_OF_HEAD = 'rewrites it. -->\n\n';
const HOW = 'docs/licences.md is not what package-lock.json says. UPDATE_DOCS=1 npx vitest run test/unit/docs';

const script = (name: string) => fileURLToPath(new URL(`../../../scripts/${name}`, import.meta.url));
const run = (name: string) => execFileSync(process.execPath, [script(name)], { encoding: 'utf8', maxBuffer: 2 ** 26 });

function page(): { head: string; tables: string } {
  const text = readFileSync(PAGE, 'utf8');
  const at = text.indexOf(END_OF_HEAD);
  if (at === -1) throw new Error('the page does not say how it is made');
  return { head: text.slice(0, at + END_OF_HEAD.length), tables: text.slice(at + END_OF_HEAD.length) };
}

/** `name@version` of each row. */
function rows(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)` \| (\S+) \|/gm)].map(([, name, version]) => `${name}@${version}`);
}

interface LockEntry {
  readonly version: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/** What npm itself has marked as needed without development. */
function production(): string[] {
  const { packages } = JSON.parse(readFileSync(LOCK, 'utf8')) as { packages: Record<string, LockEntry> };
  const needed = Object.entries(packages).filter(
    ([place, { dev, devOptional }]) => place !== '' && dev !== true && devOptional !== true,
  );
  return needed.map(
    ([place, { version }]) => `${place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`,
  );
}

describe('docs/licences.md', () => {
  it('lists every package that is shipped, with a licence that is allowed', () => {
    const tables = run('licences.mjs');
    if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, `${page().head}${tables}`);
    expect(page().tables, HOW).toBe(tables);
  });

  it('lists exactly what npm installs without development', () => {
    const [installed = ''] = page().tables.split('## Built into');
    expect(rows(installed).sort()).toEqual([...new Set(production())].sort());
  });

  it('says what the packages that are here say of themselves', () => {
    const said = [...page().tables.matchAll(/^\| `([^`]+)` \| (\S+) \| ([^|]+) \|/gm)];
    const compared = said.flatMap(([, name = '', version, licence = '']) => {
      const manifest = manifestOf(name);
      return manifest !== undefined && manifest.version === version && typeof manifest.license === 'string'
        ? [[name, licence, manifest.license]]
        : [];
    });
    expect(compared.length).toBeGreaterThan(150);
    for (const [name, licence, own] of compared) expect(licence, name).toBe(own);
  });
});

interface Manifest {
  readonly version?: string;
  readonly license?: unknown;
}

/** Of the one at the top of node_modules; packages for other systems are not here. */
function manifestOf(name: string): Manifest | undefined {
  try {
    return JSON.parse(
      readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url), 'utf8'),
    ) as Manifest;
  } catch {
    return undefined;
  }
}
