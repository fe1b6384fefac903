import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../support/fresh-build.js';
import { DOCKERFILE, readDockerfile } from '../../support/image-files.js';

const { instructions, copies, stageNames, last } = readDockerfile();
const ofLast = (keyword: string) => instructions.filter((one) => one.stage === last && one.keyword === keyword);
const text = readFileSync(DOCKERFILE, 'utf8');

describe('deploy/Dockerfile', () => {
  it('copies from the context only what is there', () => {
    const sources = copies.filter(({ from }) => from === null).flatMap(({ sources: paths }) => paths);
    expect(sources.length).toBeGreaterThan(8);
    expect(sources.filter((source) => !existsSync(path.join(PROJECT_ROOT, source)))).toEqual([]);
  });

  it('copies from stages only that come before', () => {
    for (const { from, stage } of copies) {
      if (from !== null) expect(stageNames.slice(0, stage)).toContain(from);
    }
  });

  it('copies nothing that .dockerignore keeps back', () => {
    const sent = readFileSync(path.join(PROJECT_ROOT, '.dockerignore'), 'utf8').split('\n');
    expect(sent).toContain('*');
    for (const { from, sources } of copies) {
      if (from === null) for (const source of sources) expect(sent, source).toContain(`!${source}`);
    }
  });

  it('sends the builder no folder that holds data, keys or history', () => {
    const sent = readFileSync(path.join(PROJECT_ROOT, '.dockerignore'), 'utf8').split('\n');
    for (const kept of ['.git', 'data', 'deploy', 'dist', 'node_modules', 'test', '.env', '.']) {
      expect(sent).not.toContain(`!${kept}`);
    }
  });

  it('begins with a base that is pinned to a release, the same for every stage', () => {
    const image = instructions.find(({ keyword, text: value }) => keyword === 'ARG' && value.startsWith('NODE_IMAGE='));
    expect(image?.text).toMatch(/^NODE_IMAGE=node:20\.\d+\.\d+-bookworm-slim(@sha256:[0-9a-f]{64})?$/);
    for (const { keyword, words } of instructions) {
      if (keyword === 'FROM') expect(words[0]).toMatch(/^\$\{?NODE_IMAGE\}?$/);
    }
  });

  it('ends as a numbered user that is not root, with nothing carried out after that', () => {
    const users = ofLast('USER').map(({ text: user }) => user);
    expect(users).toEqual([expect.stringMatching(/^[1-9]\d{3,}:[1-9]\d{3,}$/)]);
    const order = instructions.filter(({ stage }) => stage === last).map(({ keyword }) => keyword);
    expect(order.slice(order.indexOf('USER'))).not.toContain('RUN');
    expect(order.slice(order.indexOf('USER'))).not.toContain('COPY');
  });

  it('holds no secret, and takes none at the build', () => {
    const args = instructions.filter(({ keyword }) => keyword === 'ARG').map(({ text: value }) => value.split('=')[0]);
    expect(args).toEqual(['NODE_IMAGE']);
    for (const { text: value } of instructions.filter(({ keyword }) => keyword === 'ENV')) {
      expect(value).not.toMatch(/secret|password|token|key|mongodb/i);
    }
    expect(text).not.toMatch(/--build-arg|\.npmrc.*_auth/);
  });

  it('runs no script of any package, and installs what the lock file names', () => {
    const installs = instructions.filter(({ text: value }) => /npm (ci|install|i)\b/.test(value));
    expect(installs).toHaveLength(2);
    for (const { text: value } of installs) {
      expect(value).toContain('npm ci');
      expect(value).toContain('--ignore-scripts');
    }
    expect(installs.filter(({ text: value }) => value.includes('--omit=dev'))).toHaveLength(1);
  });

  it('starts the program itself, so that it gets the signals', () => {
    expect(ofLast('ENTRYPOINT').map(({ text: value }) => JSON.parse(value))).toEqual([
      ['node', '/app/dist/src/main.js'],
    ]);
    expect(ofLast('CMD').map(({ text: value }) => JSON.parse(value))).toContainEqual(['serve']);
    expect(ofLast('STOPSIGNAL').map(({ text: value }) => value)).toEqual(['SIGTERM']);
  });

  it('brings no volume of its own: a forgotten mount shows', () => {
    expect(instructions.filter(({ keyword }) => keyword === 'VOLUME')).toEqual([]);
  });

  it('needs no program for its health check but Node.js', () => {
    const [check] = ofLast('HEALTHCHECK');
    expect(check?.text).toMatch(/CMD \["node", "-e", /);
    expect(text).not.toMatch(/\b(curl|wget|apt-get)\b/);
  });
});
