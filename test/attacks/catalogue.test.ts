import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isErrorCode } from '../../src/errors/index.js';
import { CATALOGUE } from './catalogue.js';
import { tableRow } from './table.js';

const DOCS = readFileSync(new URL('../../docs/attack-catalogue.md', import.meta.url), 'utf8');
const ATTACKS = CATALOGUE.flatMap(({ attacks }) => attacks);
const WRITTEN = DOCS.split('\n').filter((line) => /^\| A\d/.test(line));
/** What an attacker is told where there is no GraphQL answer. */
const OTHER_ANSWERS = [
  'none',
  'refused at start',
  'Unauthorized',
  'Too many initialisation requests',
  'Invalid message received',
];

describe('the attack catalogue', () => {
  it('numbers its attacks from A01 on, in order, without a gap', () => {
    expect(ATTACKS.map(({ id }) => id)).toEqual(ATTACKS.map((_, index) => `A${String(index + 1).padStart(2, '0')}`));
  });

  it('describes each attack once', () => {
    expect(new Set(ATTACKS.map(({ title }) => title)).size).toBe(ATTACKS.length);
  });

  it('has the attacks of every file in the folder', () => {
    const sources = readdirSync(new URL('.', import.meta.url)).filter(
      (name) =>
        !name.endsWith('.test.ts') &&
        readFileSync(new URL(name, import.meta.url), 'utf8').includes(': AttackGroup = {'),
    );
    expect(CATALOGUE.map(({ file }) => file).sort()).toEqual(sources.sort());
  });

  it('expects codes of the closed list, or says what else there is', () => {
    const codes = new Set(ATTACKS.flatMap((attack) => attack.codes));
    expect([...codes].filter((code) => !isErrorCode(code) && !OTHER_ANSWERS.includes(code))).toEqual([]);
  });

  it.each(
    CATALOGUE.flatMap((group) => group.attacks.map((attack) => ({ id: attack.id, row: tableRow(attack, group) }))),
  )('$id stands in the documentation as it is', ({ row }) => {
    expect(WRITTEN).toContain(row);
  });

  it('is documented with nothing that is not in it, in its order', () => {
    expect(WRITTEN).toEqual(CATALOGUE.flatMap((group) => group.attacks.map((attack) => tableRow(attack, group))));
  });

  it('is documented group by group', () => {
    const headings = DOCS.split('\n').filter((line) => line.startsWith('## '));
    expect(headings).toEqual(CATALOGUE.map(({ title }) => `## ${title[0]?.toUpperCase()}${title.slice(1)}`));
  });
});
