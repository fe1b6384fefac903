import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { START_DOCUMENT } from '../support/running-gateway.js';
import type { AttackGroup, Told } from './attack.js';
import { askStream } from './event-source.js';
import type { GroundOptions } from './ground.js';
import { START, startInput, WHO } from './moves.js';
import { connect } from './socket.js';
import { bearer, JSON_TYPE, send } from './wire.js';

const TRUSTED = 'query Trusted { viewer { id } }';
const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const STARTED = 'IMPERSONATION_STARTED ada>cleo';

async function onlyTrusted(directory: string): Promise<GroundOptions> {
  const file = path.join(directory, 'trusted.json');
  const texts = [TRUSTED, START, START_DOCUMENT];
  await writeFile(file, JSON.stringify(Object.fromEntries(texts.map((text) => [hash(text), text]))));
  return { environment: { TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_ONLY: 'true' } };
}

export const trustedDocuments: AttackGroup = {
  file: 'trusted-documents.ts',
  title: 'documents of the attacker’s own, where only trusted ones are executed',
  attacks: [
    {
      id: 'A211',
      title: 'a trusted document with one blank more, another operation beside it, introspection, nothing but blanks',
      threat: 'the list of documents guards only against those who keep to it',
      codes: ['FORBIDDEN', 'BAD_USER_INPUT'],
      trail: [],
      gateway: onlyTrusted,
      async run(ground) {
        const grace = await ground.token('user_grace');
        const documents = [
          WHO,
          ` ${TRUSTED}`,
          `${TRUSTED}\n`,
          TRUSTED.replace('id', 'id email'),
          TRUSTED.toUpperCase(),
          `${TRUSTED} query Other { users { nodes { email } } }`,
          `${TRUSTED} # ${hash(TRUSTED)}`,
          '{ __schema { types { name } } }',
          '{ this is no document',
          hash(TRUSTED),
        ];
        const answers: Told[] = [];
        for (const query of documents) answers.push(await ground.graphql(grace, query));
        for (const { errors } of answers as Awaited<ReturnType<typeof ground.graphql>>[]) {
          expect(errors[0]?.extensions.requires).toEqual({ trustedDocument: true });
        }
        answers.push(await ground.graphql(grace, ''));
        expect((await ground.graphql(grace, TRUSTED)).data).toEqual({ viewer: { id: 'user_grace' } });
        return answers;
      },
    },
    {
      id: 'A212',
      title:
        'the id of a trusted document beside a document of one’s own, two ids, an id that is unknown, malformed or to be registered',
      threat: 'the id is looked at, and the other document executed; or the attacker’s own becomes a trusted one',
      codes: ['BAD_USER_INPUT'],
      trail: [],
      gateway: onlyTrusted,
      async run(ground) {
        const grace = await ground.token('user_grace');
        const persisted = (sha256Hash: unknown, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash } });
        const bodies: readonly object[] = [
          { documentId: `sha256:${hash(TRUSTED)}`, query: WHO },
          { extensions: persisted(hash(TRUSTED)), query: WHO },
          { documentId: hash(TRUSTED), extensions: persisted(hash(START)) },
          { documentId: `sha256:${hash(WHO)}` },
          { extensions: persisted(hash(WHO)) },
          { documentId: `md5:${hash(TRUSTED)}` },
          { documentId: [hash(TRUSTED)] },
          { documentId: '__proto__' },
          { extensions: persisted(hash(TRUSTED), 2) },
          { extensions: persisted(null) },
          { extensions: { persistedQuery: true } },
        ];
        const answers: Told[] = [];
        const post = (body: object) =>
          send(ground.url, { headers: [JSON_TYPE, bearer(grace)], body: JSON.stringify(body) });
        for (const body of bodies) answers.push(await post(body));
        // Sent with its hash, as Apollo's clients register documents: it is not executed, and not known afterwards either.
        const registered = await post({ query: WHO, extensions: persisted(hash(WHO)) });
        expect(registered.codes).toEqual(['FORBIDDEN']);
        answers.push(await post({ extensions: persisted(hash(WHO)) }));
        return answers;
      },
    },
    {
      id: 'A213',
      title:
        'a document of one’s own by GET, as an event stream, over WebSocket, and by a content type with a parameter',
      threat: 'the list guards one door of four',
      codes: ['FORBIDDEN', 'BAD_USER_INPUT'],
      trail: [],
      gateway: onlyTrusted,
      async run(ground) {
        const grace = await ground.token('user_grace');
        const stream = 'subscription { impersonationEventRecorded { id } }';
        const get = (query: string) =>
          send(ground.url, {
            method: 'GET',
            path: `/graphql?${new URLSearchParams({ query })}`,
            headers: [bearer(grace), ['apollo-require-preflight', '1']],
          });
        const socket = await connect(ground.url, { params: { authorization: `Bearer ${grace}` } });
        const answers: Told[] = [
          await get(WHO),
          await send(ground.url, {
            headers: [['content-type', 'application/json; charset=utf-8; x=y'], bearer(grace)],
            body: JSON.stringify({ query: WHO }),
          }),
          await askStream(ground.url, grace, { query: WHO }),
          await askStream(ground.url, grace, { query: stream }),
          await socket.ask(WHO),
          await socket.ask(stream),
        ];
        socket.close();
        expect((await get(TRUSTED)).body?.data).toEqual({ viewer: { id: 'user_grace' } });
        return answers;
      },
    },
    {
      id: 'A214',
      title: 'probing under an impersonation, and starting one by a document of one’s own, where neither is executed',
      threat: 'what is refused at the door is on no record',
      codes: ['FORBIDDEN'],
      trail: [STARTED, 'OPERATION_DENIED FORBIDDEN ada>cleo', 'IMPERSONATION_DENIED FORBIDDEN sam>cleo'],
      gateway: onlyTrusted,
      settle: (lines) => lines.map((line) => line.replace(/^(IMPERSONATION_DENIED FORBIDDEN sam>)-$/, '$1cleo')),
      async run(ground) {
        const { actorToken } = await ground.impersonate('user_ada', 'user_cleo');
        const sam = await ground.token('user_sam');
        return [
          await ground.graphql(actorToken, '{ viewer { email } }'),
          await ground.graphql(sam, START.replace('Start(', 'Other('), startInput('user_cleo')),
        ];
      },
    },
  ],
};
