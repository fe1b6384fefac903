import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../../src/commands/audit.js';
import { sessions } from '../../../src/commands/sessions.js';
import { readConfig } from '../../../src/config/index.js';
import { StoreUnusableError } from '../../../src/errors/index.js';

let folder: string;
let said: string;
const output = {
  stdout: { write: (text: string) => (said += text) },
  stderr: { write: (text: string) => (said += text), isTTY: false },
};
const nowhere = () => path.join(folder, 'mistyped');
const configure = () => readConfig({ DATA_DIR: nowhere() });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'absent-store-'));
  said = '';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('where DATA_DIR holds no store, and so is not that of any gateway', () => {
  it('audit verify could not be run: nothing holds, and it exits with 2', async () => {
    expect(await audit(['verify'], configure, output)).toBe(2);
    expect(said).toContain(`There is no store in ${nowhere()}`);
    expect(said).not.toContain('HOLDS');
    expect(existsSync(nowhere())).toBe(false);
  });

  it('sessions end-all does not say that all are ended', async () => {
    const ending = sessions(['end-all', '--reason', 'incident 7', '--yes'], configure, output);
    await expect(ending).rejects.toThrow(StoreUnusableError);
    expect(said).toBe('');
    expect(existsSync(nowhere())).toBe(false);
  });

  it.each([
    [['export']],
    [['hold', '--list']],
    [['erase', '--user', 'user_cleo', '--reason', 'request 7', '--yes']],
    [['prune', '--before', '2025-01-01', '--export', 'archive.ndjson']],
    [['restored']],
    [['backup', '--out', 'backup']],
  ])('audit %j makes none, and does nothing', async (argv) => {
    const made = argv.map((each, at) => (at > 1 && /^(archive|backup)/.test(each) ? path.join(folder, each) : each));
    await expect(audit(made, configure, output)).rejects.toThrow(/There is no store in/);
    expect(existsSync(nowhere())).toBe(false);
    expect(existsSync(path.join(folder, 'backup'))).toBe(false);
  });
});
