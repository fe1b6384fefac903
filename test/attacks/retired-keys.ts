import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { generateSigningKeys } from '../../src/tokens/index.js';
import type { AttackGroup } from './attack.js';
import { codesOf, openStream } from './event-source.js';
import { WHO } from './moves.js';
import { connect } from './socket.js';

const STARTED = 'IMPERSONATION_STARTED ada>cleo';
const FOLLOW = 'subscription Follow { impersonationEventRecorded { type actorId } }';
const KEYS = 'signing-key.EdDSA.jwks.json';

interface KeySet {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

const newKeys = async () => ((await generateSigningKeys('EdDSA')) as unknown as KeySet).keys;

export const retiredKeys: AttackGroup = {
  file: 'retired-keys.ts',
  title: 'keys that are retired while their tokens are in use',
  attacks: [
    {
      id: 'A226',
      title: 'a WebSocket and an event stream kept open, and a token shown again, after the issuer’s key was taken out',
      threat: 'a stolen key is taken out, and what was opened and remembered by it goes on',
      codes: ['TOKEN_INVALID'],
      trail: ['AUDIT_READ audrey>- ×2'],
      async run(ground) {
        const token = await ground.token('user_audrey');
        const connection = await connect(ground.url, { params: { authorization: token } });
        onTestFinished(() => connection.close());
        connection.send({ type: 'subscribe', id: 'follow', payload: { query: FOLLOW } });
        const stream = await openStream(ground.url, token, { body: { query: FOLLOW } });
        onTestFinished(() => stream.close());
        expect((await ground.graphql(token, WHO)).codes).toEqual([]);
        await expect.poll(async () => (await ground.events()).length, { timeout: 15_000 }).toBe(2);

        const file = path.join(ground.directory, 'development-issuer.jwks.json');
        await writeFile(file, JSON.stringify({ keys: await newKeys() }));
        // As long as a file with keys is believed.
        ground.clock.advance(5_001);
        // What was recorded before may be on its way still.
        let last = await connection.next('follow');
        while (last.codes.length === 0) last = await connection.next('follow');
        expect((await connection.closed).closeCode).toBe(4403);
        let sent = await stream.next();
        while (sent !== null && codesOf(sent).length === 0) sent = await stream.next();
        expect(await stream.next(), 'it has ended').toBeNull();
        return [last, { codes: codesOf(sent) }, await ground.graphql(token, WHO)];
      },
    },
    {
      id: 'A227',
      title: 'taking the file with the signing keys away before the time of a retired key has come',
      threat: 'the gateway goes on by the keys it knows, and the retired one is good for ever',
      codes: ['TOKEN_INVALID'],
      trail: [STARTED, 'OPERATION_COMPLETED ada>cleo ×2'],
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        expect((await ground.graphql(actorToken, WHO)).codes).toEqual([]);
        const file = path.join(ground.directory, KEYS);
        const [{ d: _, ...old } = {}] = (JSON.parse(await readFile(file, 'utf8')) as KeySet).keys;
        const until = Math.floor(ground.clock.now() / 1_000) + 60;
        await writeFile(file, JSON.stringify({ keys: [...(await newKeys()), { ...old, tokens_until: until }] }));
        await ground.gateway.reload();
        await rm(file);
        await ground.gateway.reload();
        expect((await ground.graphql(actorToken, WHO)).codes).toEqual([]);
        ground.clock.advance(61_000);
        await ground.gateway.reload();
        return [await ground.graphql(actorToken, WHO)];
      },
    },
  ],
};
