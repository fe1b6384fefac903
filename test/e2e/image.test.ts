import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.js';
import { freshBuild } from '../support/fresh-build.js';
import { temporaryFolder } from '../support/gateway-process.js';
import { assembleImage, giveTo, imageUser, readDockerfile, removeImage, spawnAs } from '../support/image-files.js';
import { type ProductionSetting, prepareProduction } from '../support/production-setting.js';

const START = 'mutation { startImpersonation(input: { userId: "user_cleo", reason: "in an image" }) { actorToken } }';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let production: ProductionSetting;
let app: string;
let data: string;

beforeAll(async () => {
  await freshBuild();
  folder = await temporaryFolder();
  await chmod(folder.path, 0o755);
  app = path.join(folder.path, 'app');
  data = path.join(folder.path, 'data');
  await mkdir(data);
  await assembleImage(app);
  production = await prepareProduction(data, 'EdDSA');
  await giveTo(data, imageUser());
}, 120_000);

afterAll(async () => {
  await removeImage(app);
  await folder.remove();
});

/** Packages that a compiled file loads, now or by `import()`. */
async function importsOf(file: string): Promise<string[]> {
  const source = await readFile(file, 'utf8');
  // The compiler writes each import on a line of its own.
  const statements = source.matchAll(/^(?:import|export) (?:[\w*{][^\n]*? from )?['"]([^'".][^'"]*)['"];$/gm);
  const calls = source.matchAll(/\bimport\(['"]([^'".][^'"]*)['"]\)/g);
  return [...statements, ...calls]
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
}

describe('the files of the image', () => {
  it('load no package at run time that the image does not hold', async () => {
    const files = (await readdir(path.join(app, 'dist'), { recursive: true })).filter(
      (file) => file.endsWith('.js') && !file.startsWith('web') && !file.startsWith('examples/federation'),
    );
    expect(files.length).toBeGreaterThan(200);
    const missing = new Set<string>();
    for (const file of files) {
      for (const name of await importsOf(path.join(app, 'dist', file))) {
        if (!existsSync(path.join(app, 'node_modules', name))) missing.add(name);
      }
    }
    // GraphiQL is for development, where its package is installed; without it a sentence says so.
    expect([...missing]).toEqual(['@graphql-yoga/render-graphiql']);
  });

  it('are without the tools of development', () => {
    for (const name of [
      'typescript',
      'vite',
      'vitest',
      'esbuild',
      '@biomejs',
      'playwright-core',
      'tsx',
      'oidc-provider',
    ]) {
      expect(existsSync(path.join(app, 'node_modules', name)), name).toBe(false);
    }
    for (const name of ['src', 'test', '.git', 'data', 'deploy', 'package-lock.json']) {
      expect(existsSync(path.join(app, name)), name).toBe(false);
    }
  });

  it('serve in production as a user without rights who can write nowhere but in the data directory', async () => {
    const user = imageUser();
    if (user === null) console.warn('NOT RUN, because the tests do not run as root:\n  - as the user of the image');
    const before = (await readdir(app, { recursive: true })).sort();
    const child = spawnAs(user, [path.join(app, 'dist/src/main.js'), 'serve'], {
      cwd: app,
      env: { ...production.settings, DATA_DIR: data, HOST: '127.0.0.1', PORT: '0', TMPDIR: '/nonexistent' },
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
    const exited = once(child, 'exit');
    try {
      await expect.poll(() => printed, { timeout: 20_000 }).toMatch(/is listening on/);
      const url = /is listening on (\S+)\/graphql/.exec(printed)?.[1] ?? '';
      const started = await ask<{ startImpersonation: { actorToken: string } }>(
        `${url}/graphql`,
        await production.issuer.sign('user_ada'),
        START,
      );
      expect(started.codes).toEqual([]);
      expect((await fetch(`${url}/console/`)).status).toBe(200);
      expect(await healthOf(new URL(url).port)).toBe(0);
      // Where nobody listens: the discard port.
      expect(await healthOf('9')).toBe(1);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exited).toEqual([0, null]);
    expect((await readdir(app, { recursive: true })).sort()).toEqual(before);
    expect(await readdir(data)).toContain('anchors.log');
  });

  it('cannot be written to by the user of the image', async () => {
    const user = imageUser();
    if (user === null)
      return console.warn('NOT RUN, because the tests do not run as root:\n  - nobody can write there');
    const script = `require('node:fs').writeFileSync(${JSON.stringify(path.join(app, 'dist/src/main.js'))}, '')`;
    const child = spawnAs(user, ['-e', script], { cwd: data, env: {} });
    const [code] = await once(child, 'exit');
    expect(code).not.toBe(0);
    expect((await readFile(path.join(app, 'dist/src/main.js'), 'utf8')).length).toBeGreaterThan(100);
  });
});

/** The image's own health check, run as Docker would. @returns its exit code */
async function healthOf(port: string): Promise<number> {
  const check = readDockerfile().instructions.find(({ keyword }) => keyword === 'HEALTHCHECK');
  const [, ...args] = JSON.parse(/CMD (\[.*\])$/s.exec(check?.text ?? '')?.[1] ?? '[]') as string[];
  return promisify(execFile)(process.execPath, args, { env: { PORT: port } }).then(
    () => 0,
    (error: { code?: number }) => error.code ?? -1,
  );
}
