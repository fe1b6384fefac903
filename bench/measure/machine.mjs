import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';

/** What the figures depend on, and nothing that names the machine. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() || 'unknown processor',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 1_024 ** 3),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    loadAverage: loadavg()[0],
  };
}

/** The product's version, and its commit where it is a checkout. */
export function describeGateway(rootFolder) {
  const { version } = JSON.parse(readFileSync(path.join(rootFolder, 'package.json'), 'utf8'));
  const git = (...args) => spawnSync('git', args, { cwd: rootFolder, encoding: 'utf8' });
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit.status !== 0) return version;
  const changed = git('status', '--porcelain', '--', 'src', 'directives', 'resolvers', 'package.json').stdout !== '';
  return `${version} at ${commit.stdout.trim()}${changed ? ' with uncommitted changes' : ''}`;
}
