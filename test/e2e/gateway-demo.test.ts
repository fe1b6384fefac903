import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freshBuild, PROJECT_ROOT } from '../support/fresh-build.js';

describe('npm run demo:gateway', () => {
  it('plays the whole story, each step as told, and says so by its exit code', { timeout: 120_000 }, async () => {
    await freshBuild();
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [path.join(PROJECT_ROOT, 'dist/examples/federation/demo.js')],
      { env: { PATH: process.env.PATH ?? '' }, timeout: 100_000 },
    );
    expect(stderr).toBe('');
    const steps = stdout.match(/^\d+\. .*$/gm) ?? [];
    expect(steps.map((step) => Number.parseInt(step, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(stdout).toMatch(/orders verified user_ada as user_cleo and was asked:\n.*\{/);
    expect(stdout).toContain('✗ changeCard: BLOCKED_WHILE_IMPERSONATING');
    expect(stdout).toMatch(/✗ .*: UPSTREAM_UNAVAILABLE/);
    expect(stdout).toContain('✗ request: IMPERSONATION_ENDED');
    expect(stdout).toMatch(/OPERATION_COMPLETED .* → orders, products, reviews/);
    expect(stdout).not.toMatch(/eyJ[\w-]{40}/);
    expect(stdout.trimEnd().endsWith('The story is told.')).toBe(true);
  });
});
