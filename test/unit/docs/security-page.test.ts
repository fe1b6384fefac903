import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SIGNING_ALGORITHMS } from '../../../src/tokens/index.js';
import { DOCS, isTest, linksIn, rowsBelow, textOf } from './evidence.js';

const ROOT = fileURLToPath(new URL('..', DOCS));
const HOW =
  'docs/cryptography.md does not name the files that do cryptography. UPDATE_DOCS=1 npx vitest run test/unit/docs';
const LIST = /(?<=<!-- cryptography -->\n)[\s\S]*?(?=<!-- \/cryptography -->)/;

function sources(): { readonly file: string; readonly source: string }[] {
  return ['src', 'directives', 'resolvers', 'web'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => ({ file: path.relative(ROOT, file), source: readFileSync(file, 'utf8') })),
  );
}

/** What a file takes of packages that do cryptography; types alone do none. */
function cryptographyOf(source: string): string[] {
  const named = [...source.matchAll(/import (\{[^}]*\}|\* as \w+|\w+) from '(?:node:)?(?:crypto|jose|oauth4webapi)'/g)]
    .flatMap(([, names = '']) => names.replace(/[{}]/g, '').split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
  return /\bcrypto\.(?:subtle|getRandomValues|randomUUID)\b/.test(source) ? [...named, 'crypto'] : named;
}

const found = sources()
  .map(({ file, source }) => ({ file, names: cryptographyOf(source) }))
  .filter(({ names }) => names.length > 0)
  .sort((a, b) => (a.file < b.file ? -1 : 1));

describe('docs/security.md and docs/cryptography.md', () => {
  it('names every file that does cryptography, and no other', () => {
    const list = found.map(({ file, names }) => `- \`${file}\`: ${names.join(', ')}\n`).join('');
    const text = textOf('cryptography.md');
    if (process.env.UPDATE_DOCS === '1') writeFileSync(new URL('cryptography.md', DOCS), text.replace(LIST, list));
    expect(found.length).toBeGreaterThan(20);
    expect(LIST.exec(textOf('cryptography.md'))?.[0], HOW).toBe(list);
  });

  it('uses no other hash than SHA-256, and no cipher', () => {
    for (const { file, source } of sources()) {
      const hashes = [...source.matchAll(/\b(?:createHash|createHmac|hash)\(\s*'([\w-]+)'/g)].map(([, name]) => name);
      expect(
        hashes.filter((name) => name !== 'sha256'),
        file,
      ).toEqual([]);
      expect(source, file).not.toMatch(
        /\b(?:createCipheriv|createDecipheriv|publicEncrypt|privateDecrypt|md5|sha1)\b/i,
      );
    }
  });

  it('names the algorithms that the gateway signs with', () => {
    const [own = []] = rowsBelow(textOf('cryptography.md'), '## Keys and algorithms').filter(
      ([key]) => key === 'the gateway’s',
    );
    expect(SIGNING_ALGORITHMS).toEqual(['EdDSA', 'RS256']);
    expect(own[1]).toBe('Ed25519, or RSA of 2048 bits with RS256');
  });

  it('has a place and a test for each thing that it guarantees', () => {
    const rows = rowsBelow(textOf('security.md'), '## What is guaranteed').filter(([number = '']) =>
      /^\d+$/.test(number),
    );
    expect(rows.map(([number]) => Number(number))).toEqual(rows.map((_, at) => at + 1));
    expect(rows.length).toBeGreaterThan(5);
    for (const [number, , where = '', shown = ''] of rows) {
      expect(where, number).toMatch(/\]\(/);
      expect(linksIn(shown).filter(isTest).length, number).toBeGreaterThan(0);
    }
  });

  it('names every variable as the configuration does', () => {
    const known = textOf('configuration.md');
    const variables = [...textOf('security.md').matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)].map(([, name]) => name);
    const others = ['SESSION_LIMIT', 'NODE_EXTRA_CA_CERTS', 'AUDIT_UNAVAILABLE', 'AUDIT_GAP'];
    expect(variables.filter((name) => !known.includes(`\`${name}\``) && !others.includes(name ?? ''))).toEqual([]);
  });
});
