import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readConfig } from '../../../src/config/index.js';

const SECRET = 'mongodb://gateway:correct-horse@db.example/?replicaSet=rs0';
const folder = mkdtempSync(path.join(tmpdir(), 'secret-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const file = path.join(folder, `secret-${Math.random().toString(36).slice(2)}`);
  writeFileSync(file, content);
  return file;
}

function problems(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('MONGODB_URI_FILE', () => {
  it.each([SECRET, `${SECRET}\n`, `  ${SECRET}\r\n`])(
    'gives the connection string, blanks around it dropped',
    (content) => {
      const { store } = readConfig({ MONGODB_URI_FILE: fileWith(content) });
      expect(store).toMatchObject({ kind: 'mongodb', uri: SECRET });
    },
  );

  it.each([
    ['a file that is not there', () => path.join(folder, 'missing'), /cannot be read \(ENOENT\)/],
    ['a folder', () => folder, /cannot be read \(EISDIR\)/],
    ['an empty file', () => fileWith(''), /is empty/],
    ['a file of blanks', () => fileWith(' \n'), /is empty/],
    ['a file of anything else', () => fileWith(`${SECRET} and more`), /must be a mongodb:\/\//],
    ['a file far too large', () => fileWith(`mongodb://${'x'.repeat(70_000)}`), /too large/],
  ])('never falls back to the embedded store: %s is a problem', (_, file, problem) => {
    const found = problems({ MONGODB_URI_FILE: file() });
    expect(found).toEqual([expect.stringMatching(problem)]);
    expect(found.join()).toMatch(/^MONGODB_URI_FILE /);
    expect(found.join()).not.toContain('correct-horse');
  });

  it('is refused beside MONGODB_URI, even where both say the same', () => {
    expect(problems({ MONGODB_URI: SECRET, MONGODB_URI_FILE: fileWith(SECRET) })).toEqual([
      'MONGODB_URI_FILE must not be set together with MONGODB_URI.',
    ]);
  });

  it('that is empty is not set', () => {
    expect(readConfig({ MONGODB_URI_FILE: ' ', MONGODB_URI: SECRET }).store).toMatchObject({ uri: SECRET });
    expect(readConfig({ MONGODB_URI_FILE: '' }).store.kind).toBe('embedded');
  });
});
