import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTypeDefs } from '../../examples/federation/subgraph.js';
import { temporaryFolder } from '../support/gateway-process.js';
import { refusedStart, SECRET } from '../support/refused-start.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await folder.remove();
});

/** A file beside the gateway's data. */
const write = async (name: string, text: string) => {
  const file = path.join(folder.path, name);
  await writeFile(file, text);
  return file;
};
const help = (schema: string, more = '') =>
  `upstreams:\n  - { name: help, kind: graphql, url: http://127.0.0.1:9/graphql, schema: ${schema} }\n${more}`;

describe('a start with services that cannot be served', () => {
  it('names every problem of the file by its place, and none of its values', async () => {
    const file = await write(
      'gateway.yaml',
      `upstreams:
  - { name: gateway, kind: subgraph, url: "https://root:${SECRET}@10.9.8.7/", schema: { fetch: service } }
  - { name: help, kind: rest, url: http://127.0.0.1:9, schema: { fetch: magic }, headers: [x-user-id], token: ${SECRET} }
rules:
  - { coordinate: "Article body" }
`,
    );
    const { stderr } = await refusedStart(folder.path, { GATEWAY_CONFIG: file });
    for (const place of [
      'upstreams[0].name',
      'upstreams[0].url',
      'upstreams[1].kind',
      'upstreams[1].schema',
      'upstreams[1].headers',
      'rules[0].coordinate',
    ]) {
      expect(stderr).toContain(place);
    }
    expect(stderr).not.toContain(SECRET);
    expect(stderr).not.toContain('10.9.8.7');
    expect(await readdir(folder.path)).toEqual(['gateway.yaml']);
  });

  it('names every rule that cannot be held, by service and coordinate', async () => {
    const sdl = readTypeDefs('help').replace('  body: String!', '  body: String! @policy(policies: [["unheard-of"]])');
    await write('help.graphql', sdl);
    const rules = 'rules:\n  - { coordinate: Article.gone, authenticated: true }\n';
    const file = await write('gateway.yaml', help('{ file: help.graphql }', rules));
    const { stderr } = await refusedStart(folder.path, { GATEWAY_CONFIG: file });
    expect(stderr).toMatch(/service "help", Article\.body: .*"unheard-of"/);
    expect(stderr).toContain('Article.gone');
  });

  it('names what a service would share of the gateway’s own', async () => {
    await write('help.graphql', `${readTypeDefs('help')}\ntype ImpersonationSession { id: ID! }`);
    const file = await write('gateway.yaml', help('{ file: help.graphql }'));
    const { stderr } = await refusedStart(folder.path, { GATEWAY_CONFIG: file });
    expect(stderr).toMatch(/ImpersonationSession\.id.*"gateway".*"help"/);
  });

  it('says which service does not tell its schema, and not where it was looked for', async () => {
    const file = await write('gateway.yaml', help('{ fetch: introspection }', 'startWaitSeconds: 0\n'));
    const { stderr, stdout } = await refusedStart(folder.path, { GATEWAY_CONFIG: file });
    expect(stderr).toContain('service "help"');
    expect(stdout + stderr).not.toContain('127.0.0.1:9');
  });

  it('says that the file is not there', async () => {
    const { stderr } = await refusedStart(folder.path, { GATEWAY_CONFIG: path.join(folder.path, 'nowhere.yaml') });
    expect(stderr).toContain('GATEWAY_CONFIG');
    expect(stderr).toContain('ENOENT');
  });
});
