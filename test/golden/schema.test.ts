import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildASTSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { printSorted, withoutLayout } from './print-sorted.js';
import { servedSchema } from './served-schema.js';

const GOLDEN = fileURLToPath(new URL('./schema.graphql', import.meta.url));
const BIOME = fileURLToPath(new URL('../../node_modules/@biomejs/biome/bin/biome', import.meta.url));
const HOW = `
The schema is not what ${GOLDEN} says.
If clients are meant to see this change, write it down, and commit the difference:
  UPDATE_GOLDEN=1 npx vitest run test/golden
A change of what test/golden/contract.graphql names breaks clients: that file is never updated by a script.`;

function update(sdl: string): void {
  writeFileSync(GOLDEN, `${sdl}\n`);
  const { status, stderr } = spawnSync(process.execPath, [BIOME, 'format', '--write', GOLDEN], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the golden file could not be formatted: ${stderr}`);
}

it("the gateway's own schema, directives included, is the golden file", () => {
  const current = printSorted(servedSchema());
  if (process.env.UPDATE_GOLDEN === '1') update(current);
  const golden = existsSync(GOLDEN) ? withoutLayout(readFileSync(GOLDEN, 'utf8')) : '';
  expect(current, HOW).toBe(golden);
});

it('the golden file is a schema of its own, which tools can read', () => {
  expect(() => buildASTSchema(parse(readFileSync(GOLDEN, 'utf8')))).not.toThrow();
});
