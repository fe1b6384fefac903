// Looks for every secret that a test run has used in everything that the run has printed, logged and exported. Says the file and the kind
// of secret, never the secret. Fails too where there is too little to look at: a search of nothing finds nothing.
//
//   node scripts/check-secrets.mjs FOLDER [--least-secrets N] [--least-logs N] [--also FILE]...
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'least-secrets': { type: 'string', default: '300' },
    'least-logs': { type: 'string', default: '20' },
    also: { type: 'string', multiple: true, default: [] },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('check-secrets: which folder?');
  process.exit(2);
}

/** Every part of a secret of so many characters is enough to find it by; shorter ones are found by chance. */
const WINDOW = 20;
/** Long enough to be found whole, too short or too odd to be found by its parts. */
const LEAST = 8;
/** A payload with times and ids in it; shorter ones are those of forgeries, which stand in the tests. */
const PAYLOAD = 100;

/** Window → kind. */
const windows = new Map();
/** Whole payloads of tokens → kind: a part of one is the same in many tokens, and can be made by anybody. */
const payloads = new Map();
/** What is no run of letters and digits, as a password with signs in it: looked for as it is. */
const odd = new Map();
let secrets = 0;

for (const file of filesIn('secrets')) {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const { kind, value } = JSON.parse(line);
    secrets += 1;
    const payload = payloadOf(value);
    if (payload.length >= PAYLOAD) payloads.set(payload, kind);
    for (const part of partsOf(value)) {
      if (part.length < WINDOW || !/^[\w-]+$/.test(part)) {
        if (part.length >= LEAST) odd.set(part, kind);
        continue;
      }
      for (let at = 0; at + WINDOW <= part.length; at += WINDOW) windows.set(part.slice(at, at + WINDOW), kind);
      windows.set(part.slice(-WINDOW), kind);
    }
  }
}

const logs = filesIn('logs');
const found = new Set();
let characters = 0;
for (const file of [...logs, ...values.also.filter((each) => existsSync(each))]) {
  const text = readFileSync(file, 'utf8');
  characters += text.length;
  for (const run of text.matchAll(/[\w-]{20,}/g)) {
    const [word] = run;
    const whole = payloads.get(word);
    if (whole !== undefined) found.add(`${file}: a ${whole}, in line ${lineAt(text, run.index)}`);
    for (let at = 0; at + WINDOW <= word.length; at += 1) {
      const kind = windows.get(word.slice(at, at + WINDOW));
      if (kind !== undefined) found.add(`${file}: a ${kind}, in line ${lineAt(text, run.index)}`);
    }
  }
  for (const [value, kind] of odd) if (text.includes(value)) found.add(`${file}: a ${kind}`);
}

for (const place of found) console.error(place);
console.log(
  `${secrets} secrets looked for in ${logs.length} outputs (${(characters / 1e6).toFixed(1)} million characters): ${found.size} found`,
);
if (secrets < Number(values['least-secrets']) || logs.length < Number(values['least-logs'])) {
  console.error('That is too little to look for, or to look at: the run did not record what it should.');
  process.exit(1);
}
process.exit(found.size === 0 ? 0 : 1);

/** What makes a token worth having is its signature. The header is the same in many, and may be shown. */
function partsOf(value) {
  const parts = value.split('.');
  return parts.length === 3 ? [parts[2]] : [value];
}

function payloadOf(value) {
  const parts = value.split('.');
  return parts.length === 3 ? parts[1] : '';
}

function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}

function filesIn(name) {
  const place = path.join(folder, name);
  return existsSync(place) ? readdirSync(place).map((file) => path.join(place, file)) : [];
}
