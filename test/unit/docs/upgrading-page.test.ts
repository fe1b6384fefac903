import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../../../src/stores/embedded/schema.js';
import { DOCS, rowsBelow, textOf } from './evidence.js';

interface Manifest {
  readonly engines: { readonly node: string };
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly overrides: Record<string, string | Record<string, string>>;
}

const own = JSON.parse(readFileSync(new URL('../package.json', DOCS), 'utf8')) as Manifest;
const lock = JSON.parse(readFileSync(new URL('../package-lock.json', DOCS), 'utf8')) as {
  packages: Record<string, { version: string; engines?: { node?: string } }>;
};
const asked: Record<string, string> = { ...own.dependencies, ...own.devDependencies };
const text = textOf('upgrading.md');

const unquoted = (cell = '') => cell.replaceAll('`', '');
const body = (heading: string) => rowsBelow(text, heading).slice(1);
const numbers = (version: string) => version.split('.').map(Number);

/** Whether one version is above another, by its numbers. */
function above(version: string, other: string): boolean {
  const [ours, theirs] = [numbers(version), numbers(other)];
  const at = [0, 1, 2].find((each) => (ours[each] ?? 0) !== (theirs[each] ?? 0));
  return at !== undefined && (ours[at] ?? 0) > (theirs[at] ?? 0);
}

const floor = own.engines.node.replace('>=', '');

describe('docs/upgrading.md', () => {
  it('names what stays behind as package.json has it, and a newer one that the floor of Node.js keeps out', () => {
    const rows = body('### What stays behind');
    expect(rows.length).toBeGreaterThan(5);
    for (const [name, here = '', newest = '', node = '', look] of rows) {
      expect(here, name).toBe(asked[unquoted(name)]);
      expect(above(newest, here), `${name}: ${newest} is newer`).toBe(true);
      expect(above(node, floor), `${name}: Node.js ${node} is above the floor`).toBe(true);
      expect(look, name).toMatch(/\w/);
    }
  });

  it('names every override, and none that there is not', () => {
    const named = body('### The overrides').flatMap(([cell = '']) => cell.split(', ').map(unquoted));
    const overrides = Object.entries(own.overrides).flatMap(([name, value]) =>
      typeof value === 'string' ? [name] : Object.keys(value).map((inner) => `${name} → ${inner}`),
    );
    expect(named.sort()).toEqual(overrides.sort());
  });

  it('names as risky only what is shipped', () => {
    const risky = body('### What to look at first').map(([name]) => unquoted(name));
    expect(risky.length).toBeGreaterThan(5);
    expect(risky.filter((name) => own.dependencies[name] === undefined)).toEqual([]);
  });

  it('has the versions of the formats', () => {
    const rows = body('## The gateway itself');
    const versionOf = (what: string) => rows.find(([cell = '']) => cell.startsWith(what))?.[1];
    expect(versionOf('the embedded store')).toBe(String(SCHEMA_VERSION));
    const format = textOf('audit-format.md');
    const bodies = [...format.matchAll(/^\{"version":(\d+),"(?:chain|index)"/gm)].map(([, version]) => version);
    expect([...new Set(bodies)]).toEqual([versionOf('bodies of events')]);
    expect(format).toContain(`| \`version\` | \`${versionOf('manifests of exports')}\` |`);
  });
});

describe('package.json', () => {
  it('pins each dependency to one version, which is the one installed', () => {
    for (const [name, version] of Object.entries(asked)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it('has types of Node.js of the floor, no newer', () => {
    expect(numbers(asked['@types/node'] ?? '')[0]).toBe(numbers(floor)[0]);
  });

  it('has nothing installed that asks for a Node.js above the floor alone', () => {
    const tooNew = Object.entries(lock.packages).filter(([, { engines }]) => {
      const lowest = /^\s*(?:>=|\^|~)?\s*(\d+(?:\.\d+)*)\s*$/.exec(engines?.node ?? '')?.[1];
      return lowest !== undefined && above(lowest, floor);
    });
    expect(tooNew.map(([place]) => place)).toEqual([]);
  });
});
