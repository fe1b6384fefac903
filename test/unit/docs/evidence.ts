import { existsSync, readFileSync } from 'node:fs';
import { CATALOGUE } from '../../attacks/catalogue.js';

export const DOCS = new URL('../../../docs/', import.meta.url);

export interface Link {
  readonly label: string;
  readonly target: string;
}

export const textOf = (page: string): string => readFileSync(new URL(page, DOCS), 'utf8');

export function linksIn(text: string): Link[] {
  return [...text.matchAll(/\[((?:[^[\]]|\[[^[\]]*\])*)\]\(([^)\s]+)\)/g)].map(([, label = '', target = '']) => ({
    label,
    target,
  }));
}

/** Links to what is not there: files, and headings within them. Addresses of the web are not followed. */
export function broken(page: string): string[] {
  return linksIn(textOf(page)).flatMap(({ target }) => {
    const url = new URL(target, new URL(page, DOCS));
    if (url.protocol !== 'file:') return [];
    const anchor = decodeURIComponent(url.hash.slice(1));
    url.hash = '';
    const there = existsSync(url) && (anchor === '' || anchorsOf(readFileSync(url, 'utf8')).includes(anchor));
    return there ? [] : [target];
  });
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

export const isTest = ({ target }: Link): boolean => /^(\.\.\/|\.\/)?test\//.test(target);

/**
 * What is wrong with a link to a test; null where nothing is. Its label is the place of the file below `test/`, and in quotation marks (part
 * of) the title of a test in it, to the letter; in `test/attacks`, of an attack or of what a group of them has in common.
 */
export function fault({ label, target }: Link): string | null {
  const [, place, title] = /^([\w./-]+): “(.+)”$/.exec(label) ?? [];
  if (place === undefined || title === undefined) return `${label}: names no test`;
  const file = target.slice(target.indexOf('test/') + 'test/'.length);
  if (file !== `${place}.test.ts` && file !== `${place}.ts`) return `${label}: leads to ${target}`;
  const titles = titlesIn(file);
  if (titles === null) return `${label}: there is no ${target}`;
  return titles.some((each) => each.includes(title)) ? null : `${label}: no such title in ${target}`;
}

const known = new Map<string, readonly string[] | null>();

function titlesIn(file: string): readonly string[] | null {
  let titles = known.get(file);
  if (titles === undefined) {
    const group = CATALOGUE.find((each) => `attacks/${each.file}` === file);
    const url = new URL(`../test/${file}`, DOCS);
    if (group !== undefined) titles = [group.title, ...group.attacks.map(({ title }) => title)];
    else titles = existsSync(url) ? titlesOfTests(readFileSync(url, 'utf8')) : null;
    known.set(file, titles);
  }
  return titles;
}

/** The titles that a file gives its tests and groups of tests: what stands first in the brackets, before a comma. */
export function titlesOfTests(source: string): string[] {
  return [...source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1\s*,/gs)].map(([, , title = '']) =>
    title.replace(/\\(.)/g, '$1'),
  );
}

/** The rows of the tables below a heading, up to the next of its kind: trimmed cells. */
export function rowsBelow(text: string, heading: string): string[][] {
  const from = text.indexOf(`\n${heading}\n`);
  if (from === -1) throw new Error(`there is no ${heading}`);
  const [level = ''] = heading.split(' ');
  const rest = text.slice(from + heading.length + 2);
  const until = rest.search(new RegExp(`^#{1,${level.length}} `, 'm'));
  return (until === -1 ? rest : rest.slice(0, until))
    .split('\n')
    .filter((line) => /^\|/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([first = '']) => !/^:?-+:?$/.test(first));
}
