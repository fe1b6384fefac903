import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSchema, parse, validate } from 'graphql';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOK, LOOK_AS_ACTOR, STOP } from '../../../web/banner/gateway.js';

const LIMIT_BYTES = 5_000;
const folder = mkdtempSync(path.join(tmpdir(), 'banner-build-'));
const file = path.join(folder, 'impersonation-banner.js');

beforeAll(() => build({ configFile: 'web/banner/vite.config.ts', logLevel: 'error', build: { outDir: folder } }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = () => readFileSync(file, 'utf8');

describe('the build of the banner', () => {
  it('is below 5 kB, compressed, and one script alone', () => {
    expect(gzipSync(script(), { level: 9 }).length).toBeLessThan(LIMIT_BYTES);
    expect(statSync(`${file}.gz`).size).toBeLessThan(LIMIT_BYTES);
    expect(readdirSync(folder).sort()).toEqual([
      'impersonation-banner-react.d.ts',
      'impersonation-banner.d.ts',
      'impersonation-banner.js',
      'impersonation-banner.js.br',
      'impersonation-banner.js.gz',
    ]);
  });

  it('imports nothing, and has nothing that a strict policy forbids', () => {
    expect(script()).not.toMatch(/\bimport\b|\brequire\(/);
    expect(script()).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
    expect(script()).not.toMatch(/localStorage|sessionStorage|document\.cookie|indexedDB/);
    expect(script()).not.toMatch(/https?:\/\//);
  });

  it('is loaded where there is no browser, and does nothing there', async () => {
    const globals = Object.keys(globalThis);
    expect(Object.keys(await import(pathToFileURL(file).href))).toEqual([]);
    expect(Object.keys(globalThis)).toEqual(globals);
  });

  it('is what the package exports', () => {
    const { exports, files } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = [exports['./banner'], exports['./banner/react']].flatMap((entry) => Object.values(entry) as string[]);
    const built = readdirSync(folder).map((name) => `./dist/web/${name}`);
    expect(built).toEqual(expect.arrayContaining(named));
    expect(files).toContain('dist/web');
  });
});

describe('the documents that the banner sends', () => {
  const schema = buildSchema(readFileSync('test/golden/schema.graphql', 'utf8'), { assumeValidSDL: true });

  it.each([LOOK, LOOK_AS_ACTOR, STOP])('fit the schema, and are in the documentation to the letter: %s', (document) => {
    expect(validate(schema, parse(document))).toEqual([]);
    expect(readFileSync('docs/banner.md', 'utf8')).toContain(document);
  });
});
