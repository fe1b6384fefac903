import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type GatewayProcess,
  runGateway,
  type Settings,
  startGatewayProcess,
  temporaryFolder,
} from '../support/gateway-process.js';
import { generateKeys } from '../support/production-setting.js';

const START = `mutation {
  startImpersonation(input: { userId: "user_cleo", reason: "a key is rotated", durationSeconds: 60 }) {
    actorToken session { id }
  }
}`;
const STOP = 'mutation { stopImpersonation { session { id } } }';

interface Started {
  readonly startImpersonation: { readonly actorToken: string } | null;
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? '';

/** Two gateways over one store and one file of keys. */
describe('keys are rotated while two gateways serve', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let gateways: GatewayProcess[] = [];
  let settings: Settings;
  let file: string;
  let ada: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    file = await generateKeys(folder.path, 'keys.json', 'EdDSA');
    settings = {
      DATA_DIR: folder.path,
      PUBLIC_URL: 'https://gateway.example',
      SIGNING_KEY_FILE: file,
      IMPERSONATION_MAX_ACTIVE: '100',
      IMPERSONATION_STARTS_PER_MINUTE: '10000',
    };
    gateways = [];
    for (const name of ['a', 'b']) {
      const anchors = { AUDIT_ANCHOR_FILE: path.join(folder.path, `${name}.log`) };
      gateways.push(await startGatewayProcess(folder.path, { ...settings, ...anchors }));
    }
    ada = (await gateways[0]?.signIn('user_ada')) ?? '';
  });

  afterAll(async () => {
    for (const gateway of gateways) await gateway.stop();
    await folder.remove();
  });

  async function jwksOf(gateway: GatewayProcess): Promise<string[]> {
    const body = (await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
    return body.keys.map(({ kid }) => kid);
  }

  it('not one request is refused, at either; a removed key is refused at both; the trail holds from end to end', async () => {
    const [a, b] = gateways as [GatewayProcess, GatewayProcess];
    const kidBefore = (await jwksOf(a))[0] ?? '';
    const refused: string[] = [];
    const signedBy = new Map<string, number>();
    let running = true;

    /** Started at one, used at the other. */
    async function worker(one: GatewayProcess, other: GatewayProcess): Promise<void> {
      while (running) {
        const { data, codes } = await one.graphql<Started>(ada, START);
        const token = data?.startImpersonation?.actorToken;
        if (token === undefined) {
          refused.push(`start: ${codes}`);
          continue;
        }
        signedBy.set(kidOf(token), (signedBy.get(kidOf(token)) ?? 0) + 1);
        const read = await other.graphql(token, '{ viewer { id } }');
        if (read.status !== 200 || read.codes.length > 0) refused.push(`read: ${read.status} ${read.codes}`);
        const stopped = await one.graphql(token, STOP);
        if (stopped.codes.length > 0) refused.push(`stop: ${stopped.codes}`);
      }
    }

    // One that is held all the way through.
    const held = (await a.graphql<Started>(ada, START)).data?.startImpersonation?.actorToken ?? '';
    const workers = [worker(a, b), worker(b, a)];
    const rotated = await runGateway(['keys', 'rotate', '--file', file, '--publish-seconds', '6']);
    expect(rotated.code).toBe(0);
    const kidAfter = (JSON.parse(await readFile(file, 'utf8')) as { keys: { kid: string }[] }).keys[0]?.kid ?? '';
    await expect.poll(() => (signedBy.get(kidAfter) ?? 0) > 5, { timeout: 18_000 }).toBe(true);
    running = false;
    await Promise.all(workers);
    expect(refused).toEqual([]);
    expect([...signedBy.keys()].sort()).toEqual([kidAfter, kidBefore].sort());
    for (const gateway of gateways) {
      expect(await jwksOf(gateway)).toEqual([kidAfter, kidBefore]);
      expect((await gateway.graphql(held, '{ viewer { id } }')).status).toBe(200);
    }

    const retired = await runGateway(['keys', 'retire', '--file', file, '--kid', kidBefore, '--tokens-seconds', '0']);
    expect(retired).toMatchObject({ code: 0, stderr: '' });
    for (const gateway of gateways) {
      await expect
        .poll(async () => (await gateway.graphql(held, '{ viewer { id } }')).codes, { timeout: 15_000 })
        .toEqual(['TOKEN_INVALID']);
      expect(await jwksOf(gateway)).toEqual([kidAfter]);
    }
    for (const gateway of gateways) await gateway.stop();
    const anchors = ['a', 'b'].flatMap((name) => ['--anchors', path.join(folder.path, `${name}.log`)]);
    expect(await runGateway(['audit', 'verify', ...anchors], settings)).toMatchObject({ code: 0 });
    for (const gateway of gateways) expect(gateway.printed().stdout).not.toMatch(/"level":"(error|fatal)"/);
  }, 60_000);
});
