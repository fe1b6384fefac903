import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../../scripts/check-secrets.mjs', import.meta.url));
const part = (name: string, length: number) =>
  [1, 2]
    .map((round) => createHash('sha512').update(`${name}${round}`).digest('base64url'))
    .join('')
    .slice(0, length);
const SIGNATURE = part('S', 86);
const PAYLOAD = part('p', 120);
const TOKEN = `${part('H', 40)}.${PAYLOAD}.${SIGNATURE}`;
const PASSWORD = 'p@ss w0rd!';
const KEY = part('k', 43);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'check-secrets-'));
  for (const name of ['secrets', 'logs']) mkdirSync(path.join(folder, name));
  const secrets = [
    { kind: 'token', value: TOKEN },
    { kind: 'password', value: PASSWORD },
    { kind: 'private key', value: KEY },
    { kind: 'token', value: 'abc' },
  ];
  writeFileSync(path.join(folder, 'secrets', '1.ndjson'), secrets.map((each) => `${JSON.stringify(each)}\n`).join(''));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function check(log: string, least = { secrets: '4', logs: '1' }) {
  writeFileSync(path.join(folder, 'logs', '1-gateway.log'), log);
  const args = [SCRIPT, folder, '--least-secrets', least.secrets, '--least-logs', least.logs];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, printed: stdout + stderr };
}

describe('the search for secrets in the output of the test run', () => {
  it.each([
    ['a whole token', TOKEN, 'token'],
    ['its signature alone', `x ${SIGNATURE} y`, 'token'],
    ['its whole payload', `{"claims":"${PAYLOAD}"}`, 'token'],
    ['the end of its signature, glued to something', `\\n${SIGNATURE.slice(40)}zzz`, 'token'],
    ['a private key', `"d":"${KEY}"`, 'private key'],
    ['a password with signs in it', `mongodb://u:${PASSWORD}@h`, 'password'],
  ])('finds %s, and names file and kind, never the secret', (_what, leak, kind) => {
    const { status, printed } = check(`{"level":"info"}\nfirst ${leak} last\n`);
    expect(status).toBe(1);
    expect(printed).toContain('1-gateway.log: a ');
    expect(printed).toContain(`a ${kind}`);
    for (const secret of [SIGNATURE.slice(0, 20), PAYLOAD.slice(40, 60), KEY.slice(0, 20), PASSWORD]) {
      expect(printed).not.toContain(secret);
    }
  });

  it.each([
    ['what every token begins with', `${TOKEN.split('.')[0]}.${PAYLOAD.slice(0, 20)}`],
    ['a part of a payload, which many tokens share and anybody can make', PAYLOAD.slice(35, 95)],
    [
      'ids and hashes',
      '019b76da-a800-7000-8000-000000000000 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    ],
    ['what is too short to be looked for', 'abc'],
  ])('lets %s pass', (_what, text) => {
    expect(check(text)).toMatchObject({ status: 0, printed: expect.stringContaining('0 found') });
  });

  it('fails where there is too little to look for, or to look at', () => {
    expect(check('fine', { secrets: '5', logs: '1' })).toMatchObject({ status: 1 });
    expect(check('fine', { secrets: '4', logs: '2' })).toMatchObject({ status: 1 });
    expect(check('fine', { secrets: '4', logs: '1' })).toMatchObject({ status: 0 });
  });
});
