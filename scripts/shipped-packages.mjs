// What of other people's work is in the product, read from package-lock.json: what is installed with it, and what is built into the pages
// that it serves. Packages that only build or test it are in neither.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOCK = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
const KINDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/** Every package that `npm ci --omit dev` installs on one system or another, each version once, in order of name. */
export function installedPackages() {
  const root = LOCK[''];
  return reachedFrom(Object.keys({ ...root.dependencies, ...root.optionalDependencies }));
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
  const reached = new Map();
  const waiting = names.map((name) => placeOf(name, ''));
  for (const place of waiting) {
    if (place === undefined || reached.has(place)) continue;
    const entry = LOCK[place];
    reached.set(place, entry);
    for (const kind of KINDS) {
      for (const name of Object.keys(entry[kind] ?? {})) {
        // A peer that may be missing is not brought along.
        if (kind === 'peerDependencies' && entry.peerDependenciesMeta?.[name]?.optional === true) continue;
        waiting.push(placeOf(name, place));
      }
    }
  }
  const byId = new Map();
  for (const [place, { version, license, optional }] of reached) {
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    byId.set(`${name}@${version}`, {
      name,
      version,
      license: license ?? licenceInstalled(place),
      optional: optional === true,
    });
  }
  return [...byId.values()].sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
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
