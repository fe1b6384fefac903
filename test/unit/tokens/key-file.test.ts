import { execFile } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keysGenerate } from '../../../src/commands/keys-generate.js';
import {
  generateSigningKeys,
  KeyFileError,
  KeyFileExistsError,
  keepInKeyFile,
  loadKeyring,
  readKeyFile,
  readOrCreateKeyFile,
  replaceKeyFile,
  writeNewKeyFile,
} from '../../../src/tokens/index.js';
import { powerCuts } from '../../support/power-cuts.js';
import { expectShowsNothingOf, rejectionOf } from './expectations.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'key-file-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(KeyFileError);
  return (error as Error).message;
}

describe('a development key file', () => {
  it('that another process has made and not lived to sync the name of is on disk before it is used', async () => {
    const path = join(folder, 'keys.json');
    const cuts = await powerCuts(
      folder,
      () => 0,
      async () => {
        const draft = await open(join(folder, 'draft'), 'wx', 0o600);
        await draft.writeFile(JSON.stringify(await generateSigningKeys('EdDSA')));
        await draft.sync();
        await draft.close();
        await link(join(folder, 'draft'), path);
        await readOrCreateKeyFile(path, 'EdDSA');
      },
    );
    const left = join(folder, 'left');
    cuts.findLast(({ kind }) => kind === 'least')?.leaveIn(left);
    expect(JSON.parse(await readFile(join(left, 'keys.json'), 'utf8'))).toEqual(await readKeyFile(path));
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['made as it is needed, in a folder that was not there', (path) => readOrCreateKeyFile(path, 'EdDSA')],
    ['made to be kept', async (path) => writeNewKeyFile(path, await generateSigningKeys('EdDSA'))],
    [
      'replaced',
      async (path) => {
        await writeNewKeyFile(path, await generateSigningKeys('EdDSA'));
        await replaceKeyFile(path, await generateSigningKeys('EdDSA'));
      },
    ],
    [
      'kept by a try before, which was killed before its name was on disk',
      async (path) => {
        const keys = await generateSigningKeys('EdDSA');
        await mkdir(dirname(path));
        const file = await open(path, 'wx', 0o600);
        await file.writeFile(`${JSON.stringify(keys, null, 2)}\n`);
        await file.sync();
        await file.close();
        await keepInKeyFile(path, keys);
      },
    ],
  ])('that was %s is on disk when that is done, as it is then', async (_what, make) => {
    const scene = join(folder, 'scene');
    await mkdir(scene);
    const path = join('new', 'keys.json');
    const cuts = await powerCuts(scene, Math.random, () => make(join(scene, path)));
    const left = join(folder, 'left');
    cuts.findLast(({ kind }) => kind === 'least')?.leaveIn(left);
    expect(await readFile(join(left, path), 'utf8')).toBe(await readFile(join(scene, path), 'utf8'));
  });

  it('is made, with the folder it lies in, readable by its owner alone', async () => {
    const path = join(folder, 'data', 'deep', 'keys.json');
    const jwks = await readOrCreateKeyFile(path, 'EdDSA');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(jwks);
    await expect(loadKeyring(jwks, { algorithm: 'EdDSA' })).resolves.toMatchObject({ algorithm: 'EdDSA' });
  });

  it('is the same at the next start, and nothing is left beside it', async () => {
    const path = join(folder, 'keys.json');
    const first = await readOrCreateKeyFile(path, 'RS256');
    const text = await readFile(path, 'utf8');
    expect(await readOrCreateKeyFile(path, 'RS256')).toEqual(first);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it('is the same for all that start at once in one process', async () => {
    const path = join(folder, 'keys.json');
    const all = await Promise.all(Array.from({ length: 20 }, () => readOrCreateKeyFile(path, 'EdDSA')));
    expect(new Set(all.map((jwks) => JSON.stringify(jwks))).size).toBe(1);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it('is the same for all processes that start at once', async () => {
    const path = join(folder, 'keys.json');
    const module = new URL('../../../src/tokens/index.ts', import.meta.url).href;
    const script = `import { readOrCreateKeyFile } from ${JSON.stringify(module)};
      while (Date.now() < Number(process.env.START_AT)) await new Promise((go) => setTimeout(go, 1));
      process.stdout.write(JSON.stringify(await readOrCreateKeyFile(process.env.KEY_PATH, 'EdDSA')));`;
    const startAt = String(Date.now() + 2_500);
    const run = () =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        env: { ...process.env, KEY_PATH: path, START_AT: startAt },
      });
    const answers = await Promise.all([run(), run(), run()]);
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
    expect(JSON.parse(answers[0].stdout)).toEqual(JSON.parse(await readFile(path, 'utf8')));
    expect(await readdir(folder)).toEqual(['keys.json']);
  }, 60_000);

  it.each([
    ['empty', ''],
    ['cut off', '{"keys":[{"kty":"OKP","crv":"Ed25519","d":"c2VjcmV0LXBhcnQtb2YtdGhlLWtleQ'],
    ['not JSON', 'd=c2VjcmV0LXBhcnQtb2YtdGhlLWtleQ'],
    ['no JWKS', '{"d":"c2VjcmV0LXBhcnQtb2YtdGhlLWtleQ"}'],
    ['ambiguous', '{"keys":[],"keys":[{"d":"c2VjcmV0LXBhcnQtb2YtdGhlLWtleQ"}]}'],
  ])('that is %s is refused, left as it is and not quoted', async (_, text) => {
    const path = join(folder, 'keys.json');
    await writeFile(path, text);
    const error = await rejectionOf(readOrCreateKeyFile(path, 'EdDSA'));
    expect(error).toBeInstanceOf(KeyFileError);
    expect((error as Error).message).toContain(path);
    expectShowsNothingOf(error, ['c2VjcmV0LXBhcnQtb2YtdGhlLWtleQ', 'c2VjcmV0']);
    if (!text.startsWith('{"d"')) expect(await refusalOf(readKeyFile(path))).toMatch(/is not valid JSON/);
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it('of the other algorithm is refused and left as it is', async () => {
    const path = join(folder, 'keys.json');
    const jwks = await readOrCreateKeyFile(path, 'EdDSA');
    expect(await refusalOf(readOrCreateKeyFile(path, 'RS256'))).toMatch(/none for RS256/);
    expect(await readKeyFile(path)).toEqual(jwks);
  });

  it('is not made through a dangling link, nor where a folder is', async () => {
    const link = join(folder, 'link.json');
    await symlink(join(folder, 'nowhere.json'), link);
    expect(await refusalOf(readOrCreateKeyFile(link, 'EdDSA'))).toMatch(/ENOENT/);
    expect(await refusalOf(readOrCreateKeyFile(folder, 'EdDSA'))).toMatch(/EISDIR/);
    expect(await readdir(folder)).toEqual(['link.json']);
  });
});

describe('a key file', () => {
  it('that is missing is reported by its path and the system code', async () => {
    const path = join(folder, 'none.json');
    expect(await refusalOf(readKeyFile(path))).toBe(`The key file ${path} cannot be read (ENOENT).`);
  });

  it('is never overwritten by a new one', async () => {
    const path = join(folder, 'keys.json');
    await writeFile(path, 'mine');
    const error = await rejectionOf(writeNewKeyFile(path, await generateSigningKeys('EdDSA')));
    expect(error).toBeInstanceOf(KeyFileExistsError);
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it('is replaced whole, with the permissions that it has, and nothing is left beside it', async () => {
    for (const mode of [0o600, 0o640, 0o400]) {
      const path = join(folder, `keys-${mode}.json`);
      await writeFile(path, 'old');
      await chmod(path, mode);
      await replaceKeyFile(path, { keys: ['new'] });
      expect((await stat(path)).mode & 0o777).toBe(mode);
      expect(await readKeyFile(path)).toEqual({ keys: ['new'] });
    }
    expect(await readdir(folder)).toHaveLength(3);
  });

  it('is replaced where a link leads to, and the link stays one', async () => {
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'keys.json'), 'old');
    await symlink(join('real', 'keys.json'), join(folder, 'link.json'));
    await replaceKeyFile(join(folder, 'link.json'), { keys: [] });
    expect(await readKeyFile(join(folder, 'real', 'keys.json'))).toEqual({ keys: [] });
    expect((await lstat(join(folder, 'link.json'))).isSymbolicLink()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['link.json', 'real']);
  });

  it('that is not there, or is a folder, is not replaced', async () => {
    expect(await refusalOf(replaceKeyFile(join(folder, 'none.json'), {}))).toMatch(/cannot be replaced \(ENOENT\)/);
    const path = join(folder, 'folder');
    await mkdir(path);
    expect(await refusalOf(replaceKeyFile(path, {}))).toMatch(/cannot be replaced \(EISDIR\)/);
    expect(await readdir(folder)).toEqual(['folder']);
  });

  it('that cannot be written is reported by the system code', async () => {
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'keys.json');
    const why = await refusalOf(writeNewKeyFile(path, await generateSigningKeys('EdDSA')));
    expect(why).toMatch(/cannot be written \((ENOTDIR|EEXIST)\)/);
  });
});

describe('keys generate', () => {
  function output(): { text: string; stdout: { write(text: string): void } } {
    const write = (text: string): void => {
      io.text += text;
    };
    const io = { text: '', stdout: { write } };
    return io;
  }

  it.each(['EdDSA', 'RS256'] as const)('prints a %s JWKS that the gateway loads', async (algorithm) => {
    const io = output();
    await keysGenerate({ algorithm }, io);
    await expect(loadKeyring(JSON.parse(io.text), { algorithm })).resolves.toMatchObject({ algorithm });
    expect(await readdir(folder)).toEqual([]);
  });

  it('writes a file with mode 0600 and then prints its kid and no key', async () => {
    const io = output();
    const out = join(folder, 'keys.json');
    await keysGenerate({ algorithm: 'EdDSA', out }, io);
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const { keys } = JSON.parse(await readFile(out, 'utf8'));
    expect(io.text).toContain(keys[0].kid);
    expect(io.text).not.toContain(keys[0].d);
    await expect(loadKeyring(await readKeyFile(out), { algorithm: 'EdDSA' })).resolves.toBeDefined();
  });

  it('refuses to overwrite a file and prints nothing', async () => {
    const io = output();
    const out = join(folder, 'keys.json');
    await writeFile(out, 'mine');
    expect(await refusalOf(keysGenerate({ algorithm: 'EdDSA', out }, io))).toMatch(/exists already/);
    expect(await readFile(out, 'utf8')).toBe('mine');
    expect(io.text).toBe('');
  });
});
