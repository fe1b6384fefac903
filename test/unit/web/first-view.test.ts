import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LIMIT_BYTES = 200_000;
const root = mkdtempSync(path.join(tmpdir(), 'console-build-'));
// The build writes beside its folder, too.
const folder = path.join(root, 'console');

beforeAll(() => build({ configFile: 'web/vite.config.ts', logLevel: 'error', build: { outDir: folder } }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');

/** The files that the page names, with everything their scripts import at once. */
function reachable(from: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    if (!file.endsWith('.js')) continue;
    for (const [, name] of read(file).matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) open.push(`assets/${name}`);
  }
  return found;
}

function named(page: string): string[] {
  return [...page.matchAll(/(?:src|href)="\/console\/(assets\/[^"]+)"/g)].map(([, file]) => file as string);
}

describe('the build of the console', () => {
  it('sends less than 200 kB, compressed, for the first view: the page, sign-in and the list of users', () => {
    const users = readdirSync(path.join(folder, 'assets')).find((name) => /^users-page-.*\.js$/.test(name));
    expect(users).toBeDefined();
    const files = reachable(['index.html', ...named(read('index.html')), `assets/${users}`]);
    expect(files.size).toBeGreaterThan(3);
    const sizes = [...files].map((file) => statSync(path.join(folder, `${file}.gz`)).size);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(LIMIT_BYTES);
  });

  it('has no script or style in the page itself and loads nothing from elsewhere', () => {
    const page = read('index.html');
    expect(page).not.toMatch(/<style|\sstyle=|\son[a-z]+=/i);
    expect(page).not.toMatch(/<script(?![^>]*\ssrc="\/console\/)/i);
    expect(page).not.toMatch(/(?:src|href)="(?!\/console\/)/);
    for (const file of readdirSync(path.join(folder, 'assets')).filter((name) => name.endsWith('.css'))) {
      expect(read(`assets/${file}`)).not.toMatch(/url\(\s*["']?(?:https?:)?\/\//);
    }
  });
});
