// What of other people's work is in the product, read from package-lock.json: what is installed with it, and what is built into the pages
// that it serves. Packages that only build or test it are in neither.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOCK = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
const DIRECT = Object.keys({ ...LOCK[''].dependencies, ...LOCK[''].optionalDependencies });
const KINDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * Every package that `npm ci --omit dev` installs on one system or another, each version once, in order of name: with its licence, the
 * hash that npm holds it to, and the ids (`name@version`) of what it needs.
 */
export function installedPackages() {
  return reachedFrom(DIRECT);
}

/** The ids of what the gateway asks for itself. */
export function directPackages() {
  return DIRECT.map((name) => `${name}@${LOCK[`node_modules/${name}`].version}`);
}

/** Every package that the console and the banner may have in their files: what web/ imports, and all that this needs. */
export function bundledPackages() {
  const imported = new Set();
  for (const entry of readdirSync(path.join(ROOT, 'web'), { recursive: true, withFileTypes: true })) {
    // What builds the pages is not in them.
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || /^vite\.|\.config\.ts$/.test(entry.name)) continue;
    const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s+'((?:@[\w.-]+\/)?[\w][\w.-]*)(?:\/[^']*)?'/g))
      imported.add(name);
  }
  return reachedFrom([...imported].filter((name) => LOCK[`node_modules/${name}`] !== undefined && !BUILDS.has(name)));
}

/** Imported below web/ by what builds and checks the pages, and not by the pages. */
const BUILDS = new Set(['vite', '@vitejs/plugin-react']);

function reachedFrom(names) {
  const reached = new Set();
  const waiting = names.map((name) => placeOf(name, ''));
  for (const place of waiting) {
    if (place === undefined || reached.has(place)) continue;
    reached.add(place);
    waiting.push(...neededBy(place));
  }
  const idAt = (place) => `${nameAt(place)}@${LOCK[place].version}`;
  const byId = new Map();
  for (const place of reached) {
    const entry = LOCK[place];
    const id = idAt(place);
    const known = byId.get(id) ?? {
      id,
      name: nameAt(place),
      version: entry.version,
      license: entry.license ?? licenceInstalled(place),
      optional: entry.optional === true,
      integrity: entry.integrity,
      needs: new Set(),
    };
    // One version in two places may find other versions of what it needs in each.
    for (const needed of neededBy(place)) known.needs.add(idAt(needed));
    byId.set(id, known);
  }
  return [...byId.values()].sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
}

/** The places of what the package at a place needs, as far as the lock file has them. */
function neededBy(place) {
  const entry = LOCK[place];
  return KINDS.flatMap((kind) =>
    Object.keys(entry[kind] ?? {})
      // A peer that may be missing is not brought along.
      .filter((name) => kind !== 'peerDependencies' || entry.peerDependenciesMeta?.[name]?.optional !== true)
      .map((name) => placeOf(name, place)),
  ).filter((needed) => needed !== undefined);
}

function nameAt(place) {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Where Node.js finds a package from another one. Optional ones may be nowhere. */
function placeOf(name, from) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (LOCK[place] !== undefined) return place;
    if (at === '') return undefined;
  }
}

/** Where the lock file does not say it. A package that is not here and says nothing has no licence, which no list allows. */
function licenceInstalled(place) {
  try {
    const { license, licenses } = JSON.parse(readFileSync(path.join(ROOT, place, 'package.json'), 'utf8'));
    return license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'NONE';
  } catch {
    return 'NONE';
  }
}
