import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { documentId } from '../../src/http/graphql/trusted-documents.js';
import { askStream } from '../attacks/event-source.js';
import { connect } from '../attacks/socket.js';
import { type RunningGateway, type RunningGatewayOptions, startGateway } from '../support/running-gateway.js';

const VIEWER = 'query Viewer { viewer { id } }';
const ACTOR = 'query Actor { actor { id } }';
const CONSOLES = 'query OfTheConsole { viewer { name } }';
const FOREIGN = 'query OfAnExampleThatIsNotServed { nothingOfTheKind }';
const manifest = (...texts: readonly string[]) =>
  JSON.stringify(Object.fromEntries(texts.map((text) => [documentId(text), text])));

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function gatewayWith(
  texts: readonly string[],
  options: RunningGatewayOptions = {},
): Promise<RunningGateway & { readonly file: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'trusted-documents-'));
  open.push(() => rm(directory, { recursive: true, force: true }));
  const file = path.join(directory, 'trusted.json');
  await writeFile(file, manifest(...texts));
  const gateway = await startGateway({
    ...options,
    environment: { TRUSTED_DOCUMENTS: file, ...options.environment },
  });
  open.push(() => gateway.stop());
  return { ...gateway, file };
}

async function post(gateway: RunningGateway, token: string, body: object) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return (await response.json()) as {
    data?: unknown;
    errors?: readonly { extensions: { code: string }; message: string }[];
  };
}

const ONLY = { environment: { TRUSTED_DOCUMENTS_ONLY: 'true' } };

describe('a trusted document', () => {
  it('is executed by its id on every transport, again and again, and by its text', async () => {
    const gateway = await gatewayWith([VIEWER], ONLY);
    const token = await gateway.token('user_grace');
    const expected = { data: { viewer: { id: 'user_grace' } } };
    const id = documentId(VIEWER);
    const persistedQuery = { version: 1, sha256Hash: id };
    for (let time = 0; time < 4; time += 1) {
      expect(await post(gateway, token, { documentId: `sha256:${id}` })).toEqual(expected);
      expect(await post(gateway, token, { extensions: { persistedQuery } })).toEqual(expected);
      expect(await post(gateway, token, { query: VIEWER })).toEqual(expected);
    }
    const headers = { authorization: `Bearer ${token}`, 'apollo-require-preflight': '1' };
    for (const search of [{ documentId: id }, { extensions: JSON.stringify({ persistedQuery }) }]) {
      const response = await fetch(`${gateway.url}/graphql?${new URLSearchParams(search)}`, { headers });
      expect(await response.json()).toEqual(expected);
    }
    expect((await askStream(gateway.url, token, { query: '', documentId: id } as { query: string })).data).toEqual([
      expected.data,
    ]);
    const stream = await fetch(`${gateway.url}/graphql/stream?${new URLSearchParams({ documentId: id })}`, {
      headers: { ...headers, accept: 'text/event-stream' },
    });
    expect(await stream.text()).toContain(JSON.stringify(expected));
    const socket = await connect(gateway.url, { params: { authorization: `Bearer ${token}` } });
    socket.send({ type: 'subscribe', id: 'one', payload: { query: '', documentId: id } });
    expect((await socket.next('one')).data).toEqual(expected.data);
    socket.close();
  });

  it('is not all that is executed, unless that is said', async () => {
    const gateway = await gatewayWith([VIEWER]);
    const token = await gateway.token('user_grace');
    expect((await gateway.graphql(token, ACTOR)).data).toEqual({ actor: { id: 'user_grace' } });
    // As Apollo's clients go on when an id is not known.
    const persistedQuery = { version: 1, sha256Hash: documentId(ACTOR) };
    const unknown = await post(gateway, token, { extensions: { persistedQuery } });
    expect(unknown.errors?.[0]).toMatchObject({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await post(gateway, token, { query: ACTOR, extensions: { persistedQuery } })).toHaveProperty('data.actor');
    expect(await post(gateway, token, { extensions: { persistedQuery } })).toHaveProperty('errors');
  });

  it('that is not valid, or not within the limits, ends the start, all of them at once', async () => {
    const bad = ['query { nothing }', '{', `{ ${'viewer { id } '.repeat(60)} }`];
    const failure: unknown = await gatewayWith([VIEWER, ...bad]).catch((error: unknown) => error);
    for (const text of bad) expect(String(failure)).toContain(documentId(text));
    expect(String(failure)).not.toContain(documentId(VIEWER));
  });

  it('may be one of the console that is served, by the manifest of its build; what the schema does not take is left out', async () => {
    const webFolder = await mkdtemp(path.join(tmpdir(), 'trusted-documents-web-'));
    open.push(() => rm(webFolder, { recursive: true, force: true }));
    await writeFile(path.join(webFolder, 'console-documents.json'), manifest(CONSOLES, FOREIGN));
    const gateway = await gatewayWith([VIEWER], { ...ONLY, webFolder });
    const token = await gateway.token('user_grace');
    expect((await gateway.graphql(token, CONSOLES)).codes).toEqual([]);
    expect((await gateway.graphql(token, FOREIGN)).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect((await gateway.graphql(token, ACTOR)).codes).toEqual(['FORBIDDEN']);
    expect(gateway.logged()).toContain(
      '"code":"FORBIDDEN","operation":null,"refused":[{"code":"FORBIDDEN","rule":"of the whole operation","fields":[]}]',
    );
  });

  it('is taken up, and taken away, as the file changes; a bad file changes nothing', async () => {
    const gateway = await gatewayWith([VIEWER], ONLY);
    const token = await gateway.token('user_grace');
    const codes = async (query: string) => (await gateway.graphql(token, query)).codes;
    // So that it is executed by the shortest way by then.
    for (let time = 0; time < 4; time += 1) expect(await codes(VIEWER)).toEqual([]);
    expect(await codes(ACTOR)).toEqual(['FORBIDDEN']);
    await writeFile(gateway.file, manifest(ACTOR));
    await expect.poll(() => codes(ACTOR), { timeout: 20_000 }).toEqual([]);
    expect(await codes(VIEWER)).toEqual(['FORBIDDEN']);

    const degraded = async () => {
      const response = await fetch(`${gateway.url}/readyz`);
      return [response.status, ((await response.json()) as { degraded?: unknown }).degraded ?? []];
    };
    await writeFile(gateway.file, manifest(VIEWER, '{ nothing }'));
    await expect.poll(degraded, { timeout: 20_000 }).toEqual([200, ['trustedDocuments']]);
    expect(await codes(ACTOR)).toEqual([]);
    expect(await codes(VIEWER)).toEqual(['FORBIDDEN']);
    expect(gateway.logged()).toContain('the last good ones go on');
    await writeFile(gateway.file, manifest(VIEWER));
    await expect.poll(degraded, { timeout: 20_000 }).toEqual([200, []]);
    expect(await codes(VIEWER)).toEqual([]);
  });
});
