import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Copy as CopyInstruction, DockerfileParser, type From } from 'dockerfile-ast';
import { PROJECT_ROOT } from './fresh-build.js';

export const DOCKERFILE = path.join(PROJECT_ROOT, 'deploy/Dockerfile');

/** A `COPY`: from the context, or from an earlier stage. */
export interface Copy {
  readonly stage: number;
  readonly from: string | null;
  readonly sources: readonly string[];
  readonly target: string;
}

/** The Dockerfile, as instructions in words: `keyword` and its arguments, heredocs and comments left out. */
export function readDockerfile() {
  const file = DockerfileParser.parse(readFileSync(DOCKERFILE, 'utf8'));
  const instructions = file.getInstructions();
  const stages = instructions.filter((one): one is From => one.getKeyword() === 'FROM');
  const stageOf = (line: number) => stages.filter((from) => from.getRange().start.line <= line).length - 1;
  const parsed = instructions.map((one) => ({
    keyword: one.getKeyword(),
    words: one.getArguments().map((word) => word.getValue()),
    text: one.getArgumentsContent() ?? '',
    stage: stageOf(one.getRange().start.line),
    from: one.getKeyword() === 'COPY' ? ((one as CopyInstruction).getFromFlag()?.getValue() ?? null) : null,
  }));
  const copies = parsed
    .filter(({ keyword }) => keyword === 'COPY')
    .map(({ words, from, stage }): Copy => ({ stage, from, sources: words.slice(0, -1), target: words.at(-1) ?? '' }));
  const stageNames = stages.map((from) => from.getBuildStage());
  return { instructions: parsed, copies, stageNames, last: stages.length - 1 };
}

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
}

/** The folders that `npm ci --omit=dev` installs, relative to the project. */
export function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  return Object.entries(lock.packages)
    .filter(([folder, { dev, link }]) => folder !== '' && dev !== true && link !== true)
    .map(([folder]) => folder);
}

/**
 * Puts together what the image's /app would hold, following the last stage's `COPY` lines: the build of this project for the build
 * stage's, and for the modules stage's the packages of the lock file that are no development dependencies. Nobody may write in it.
 */
export async function assembleImage(app: string): Promise<void> {
  const { copies, last } = readDockerfile();
  await mkdir(app, { recursive: true });
  for (const { stage, from, sources, target } of copies) {
    if (stage !== last) continue;
    for (const source of sources) {
      const relative = source.replace(/^\/app\//, '');
      const into = path.join(app, target.endsWith('/') ? path.join(target, path.basename(relative)) : target);
      if (from === 'modules') await copyPackages(app);
      else await cp(path.join(PROJECT_ROOT, relative), into, { recursive: true, filter: servesARunningGateway });
    }
  }
  await readOnly(app);
}

const servesARunningGateway = (file: string) => !/\.(map|d\.[mc]?ts)$/.test(file);

async function copyPackages(app: string): Promise<void> {
  for (const folder of productionPackages()) {
    // Optional ones that are for another machine are not there.
    await cp(path.join(PROJECT_ROOT, folder), path.join(app, folder), {
      recursive: true,
      filter: (file) => {
        const inside = path.relative(path.join(PROJECT_ROOT, folder), file);
        return !/(^|\/)node_modules(\/|$)/.test(inside) && servesARunningGateway(file);
      },
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

async function readOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    await chmod(path.join(entry.parentPath, entry.name), entry.isDirectory() ? 0o555 : 0o444);
  }
  await chmod(folder, 0o555);
}

/** Removes what {@link assembleImage} made. */
export async function removeImage(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await chmod(path.join(entry.parentPath, entry.name), 0o755);
  }
  await rm(folder, { recursive: true, force: true });
}

/** Who the image's program runs as; null where this process may not become anybody else. */
export function imageUser(): { readonly uid: number; readonly gid: number } | null {
  const { instructions } = readDockerfile();
  const [uid, gid] = (instructions.findLast(({ keyword }) => keyword === 'USER')?.text ?? '').split(':').map(Number);
  if (process.getuid?.() !== 0 || uid === undefined || gid === undefined) return null;
  return { uid, gid };
}

/** Gives a folder and all that is in it to a user. */
export async function giveTo(
  folder: string,
  user: { readonly uid: number; readonly gid: number } | null,
): Promise<void> {
  if (user === null) return;
  await chown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    await chown(path.join(entry.parentPath, entry.name), user.uid, user.gid);
  }
}

/** Runs a program as that user; with nothing of this process's environment. */
export function spawnAs(
  user: { readonly uid: number; readonly gid: number } | null,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
) {
  return spawn(process.execPath, args, { ...options, ...user, stdio: ['ignore', 'pipe', 'pipe'] });
}
