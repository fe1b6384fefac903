import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from './evidence.js';

const SCRIPTS = fileURLToPath(new URL('../../../scripts/', import.meta.url));

interface Component {
  readonly 'bom-ref': string;
  readonly purl?: string;
  readonly hashes?: readonly { alg: string; content: string }[];
  readonly licenses?: readonly { license?: { id?: string }; expression?: string }[];
  readonly properties?: readonly { name: string; value: string }[];
}
interface Bill {
  readonly bomFormat: string;
  readonly serialNumber?: string;
  readonly metadata: { readonly timestamp?: string; readonly component: Component & { readonly name: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { ref: string; dependsOn?: readonly string[] }[];
}

const made = (cwd?: string) =>
  execFileSync(process.execPath, [path.join(SCRIPTS, 'sbom.mjs')], { encoding: 'utf8', maxBuffer: 2 ** 26, cwd });

let text: string;
let bill: Bill;
beforeAll(() => {
  text = made();
  bill = JSON.parse(text);
});

/** Name, version and licence of each row of a part of docs/licences.md. */
function rows(part: string): string[] {
  return [...part.matchAll(/^\| `([^`]+)` \| (\S+) \| ([^|]+) \|/gm)].map(
    ([, name, version, license = '']) => `${name}@${version} ${license.trim()}`,
  );
}

describe('the bill of materials', () => {
  it('is valid by the schema of CycloneDX, whose check finds what is wrong', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBeNull();
    expect(await validator.validate(text.replace('"SHA-512"', '"SHA-513"'))).not.toBeNull();
    expect(await validator.validate(JSON.stringify({ ...bill, bomFormat: 'Other' }))).not.toBeNull();
  });

  it('has what the page of licences has, each with a hash, a licence and a purl', () => {
    const [installed = '', bundled = ''] = textOf('licences.md').split('## Built into');
    const licence = ({ licenses }: Component) => licenses?.[0]?.license?.id ?? licenses?.[0]?.expression;
    const listed = bill.components.map((each) => `${each['bom-ref']} ${licence(each)}`);
    expect(listed.sort()).toEqual([...new Set([...rows(installed), ...rows(bundled)])].sort());
    for (const { 'bom-ref': ref, purl, hashes } of bill.components) {
      expect(purl).toBe(`pkg:npm/${ref.replace(/^@/, '%40')}`);
      expect(hashes, ref).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
    }
    const builtIn = bill.components.filter(({ properties = [] }) =>
      properties.some(({ name }) => name === 'impersonation-gateway:built-into'),
    );
    expect(builtIn).toHaveLength(rows(bundled).length);
  });

  it('leads from the gateway to each package, and names none that it does not have', () => {
    const needs = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
    const reached = new Set([bill.metadata.component['bom-ref']]);
    for (const ref of reached) for (const needed of needs.get(ref) ?? []) reached.add(needed);
    expect([...reached].sort()).toEqual(
      [bill.metadata.component['bom-ref'], ...bill.components.map((each) => each['bom-ref'])].sort(),
    );
  });

  it('says the same each time and everywhere: no moment, no random number', () => {
    expect([bill.serialNumber, bill.metadata.timestamp]).toEqual([undefined, undefined]);
    expect(made(tmpdir())).toBe(text);
  });
});

describe('a licence that is not allowed', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'licences-'));
    mkdirSync(path.join(folder, 'scripts'));
    mkdirSync(path.join(folder, 'web'));
    for (const name of ['licences.mjs', 'shipped-packages.mjs'])
      cpSync(path.join(SCRIPTS, name), path.join(folder, 'scripts', name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['MIT', 0],
    ['(MIT AND BSD-3-Clause)', 0],
    ['Elastic-2.0', 1],
    ['MIT AND Elastic-2.0', 1],
    ['MIT OR GPL-3.0-only', 1],
    ['SEE LICENSE IN LICENSE', 1],
    [undefined, 1],
  ])('ends the making of the page, and with it the tests: %s', (license, code) => {
    const entry = { version: '1.0.0', license };
    const packages = { '': { dependencies: { thing: '1.0.0' } }, 'node_modules/thing': entry };
    writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify({ packages }));
    const { status, stderr } = spawnSync(process.execPath, [path.join(folder, 'scripts/licences.mjs')], {
      encoding: 'utf8',
    });
    expect([status, stderr.includes('thing 1.0.0')]).toEqual([code, code === 1]);
  });
});
