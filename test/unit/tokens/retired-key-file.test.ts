import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysRetire } from '../../../src/commands/keys-rotate.js';
import { generateSigningKeys, KeyFileExistsError, rotateKeys } from '../../../src/tokens/index.js';

const NOW = Date.UTC(2026, 0, 1);
const silent = { stdout: { write: () => true }, stderr: { write: () => true } };

let folder: string;
let kid: string;
const file = () => path.join(folder, 'keys.json');
const out = () => path.join(folder, 'retired.json');
const retire = () =>
  keysRetire({ file: file(), kid, algorithm: 'EdDSA', now: NOW + 60_000, tokensSeconds: 60, out: out() }, silent);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'retired-'));
  const first = await generateSigningKeys('EdDSA');
  kid = first.keys[0]?.kid ?? '';
  await writeFile(file(), JSON.stringify((await rotateKeys(first, 'EdDSA', NOW, 1)).jwks));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('keys retire', () => {
  it('that was killed between its two files is done by the same command', async () => {
    const before = await readFile(file(), 'utf8');
    await retire();
    const kept = await readFile(out(), 'utf8');
    await writeFile(file(), before);

    await retire();
    expect(await readFile(out(), 'utf8')).toBe(kept);
    expect(await readFile(file(), 'utf8')).not.toContain((JSON.parse(kept) as { keys: [{ d: string }] }).keys[0].d);
  });

  it('leaves a file with anything else as it is, and the keys too', async () => {
    const before = await readFile(file(), 'utf8');
    await writeFile(out(), 'something else');
    await expect(retire()).rejects.toBeInstanceOf(KeyFileExistsError);
    expect([await readFile(out(), 'utf8'), await readFile(file(), 'utf8')]).toEqual(['something else', before]);
  });
});
