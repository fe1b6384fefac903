import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPTIONS } from '../../../src/config/index.js';

const PAGE = new URL('../../../docs/configuration.md', import.meta.url);
const HOW =
  'docs/configuration.md is not what src/config/options.ts says. UPDATE_DOCS=1 npx vitest run test/unit/config';
const HEAD = '| variable | unit | default | effect |\n|---|---|---|---|\n';

/** The table as the options would have it. */
function table(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return Object.values(OPTIONS)
    .map(
      ({ name, unit, byDefault, effect }) => `| \`${name}\` | ${unit ?? ''} | ${cell(byDefault)} | ${cell(effect)} |\n`,
    )
    .join('')
    .replaceAll('|  |', '| |');
}

function page(): { before: string; rows: string } {
  const text = readFileSync(PAGE, 'utf8');
  const at = text.indexOf(HEAD);
  if (at === -1) throw new Error('the page has no table of options');
  return { before: text.slice(0, at + HEAD.length), rows: text.slice(at + HEAD.length) };
}

describe('docs/configuration.md', () => {
  it('lists every option with unit, default and effect, and nothing else', () => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, `${page().before}${table()}`);
    expect(page().rows, HOW).toBe(table());
  });

  it('names every option of the gateway, and only options, anywhere on the page', () => {
    const known = Object.values(OPTIONS).map(({ name }) => name as string);
    const text = readFileSync(PAGE, 'utf8');
    const named = new Set(
      [...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|HOST|PORT|CONSOLE)(?:=\w+)?`/g)].map(([, name = '']) => name),
    );
    expect([...named].filter((name) => !known.includes(name) && name !== 'UPDATE_DOCS')).toEqual([]);
    expect(known.filter((name) => !named.has(name))).toEqual([]);
  });

  it.each(Object.values(OPTIONS))('says of $name what it does in a sentence', ({ effect, byDefault }) => {
    expect(effect).toMatch(/^(\p{Lu}|`).{10,}\.$/u);
    expect(byDefault).not.toBe('');
  });
});

describe('the options', () => {
  it('have names of their own', () => {
    const names = Object.values(OPTIONS).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
  });
});
