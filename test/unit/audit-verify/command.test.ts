import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { VerifyInputError } from '../../../src/audit/verify/index.js';
import { type AuditVerifyDeps, auditVerify, readAuditVerifyOptions } from '../../../src/commands/audit-verify.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import { change, memoryStore, story, type Trail } from './story.js';
import { textOf, withFolder } from './verifying.js';
import { anchoredLine, exportedLine } from './writer.js';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly closed: boolean;
}

interface Setting {
  readonly trail: Trail;
  readonly deps: Partial<AuditVerifyDeps>;
  readonly isTTY: boolean;
}

/** Runs the command in a folder with the trail's files: `export`, `anchors`, `jwks`. */
async function run(argv: readonly string[], setting: Partial<Setting> = {}): Promise<Run> {
  const { trail = story(), deps = {}, isTTY = false } = setting;
  return withFolder(async (folder) => {
    await writeFile(path.join(folder, 'export'), textOf(trail.events.map(exportedLine)));
    await writeFile(path.join(folder, 'anchors'), textOf(trail.seals.map(anchoredLine)));
    await writeFile(path.join(folder, 'jwks'), JSON.stringify(trail.jwks));
    let out = '';
    let err = '';
    let closed = false;
    const args = argv.map((arg) => arg.replace('./', `${folder}/`));
    const code = await auditVerify(
      readAuditVerifyOptions(args),
      {
        clock: { now: () => trail.now },
        openStore: async () => ({
          ...memoryStore(trail),
          close: async () => {
            closed = true;
          },
        }),
        ownJwks: async () => trail.jwks,
        ownAnchors: [path.join(folder, 'anchors')],
        ...deps,
      },
      {
        stdout: { write: (text: string) => (out += text) },
        stderr: { write: (text: string) => (err += text), isTTY },
      },
    );
    return { code, out: out.replaceAll(folder, '.'), err: err.replaceAll(folder, '.'), closed };
  });
}

const EXPORT = ['--file', './export', '--anchors', './anchors', '--jwks', './jwks'];

function tampered(): Trail {
  const trail = story();
  change(trail, 'A1', ({ body }) => ({ body: body.replace('user_cleo', 'user_carl') }));
  return trail;
}

describe('audit verify', () => {
  it('exits 0 and says what was checked where everything holds', async () => {
    const { code, out, err } = await run(EXPORT);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('10 events in 2 chains');
    expect(out).toMatch(/\nHOLDS: [^\n]*\n$/);
  });

  it('says of a trail without one event that nothing was checked', async () => {
    const trail: Trail = { ...story(), events: [], seals: [] };
    const { code, out } = await run([], { trail });
    expect(code).toBe(0);
    expect(out).toMatch(/^NOT COVERED NO_EVENTS: There is not one event/m);
    expect((await run([])).out).not.toContain('NO_EVENTS');
  });

  it('exits 1 and prints each fault on a line, with its family, kind and place', async () => {
    const { code, out } = await run(EXPORT, { trail: tampered() });
    expect(code).toBe(1);
    const faults = out.split('\n').filter((line) => line.startsWith('FAULT '));
    expect(faults).toEqual([
      'FAULT content CONTENT chain chain-a sequence 1: Event 1 of chain-a: its hash is not that of its previous hash and body.',
    ]);
    expect(out).toMatch(/\nFAULTY: 1 fault \(1 CONTENT\)\.\n$/);
  });

  it('gives a program one JSON object with counts and faults', async () => {
    const { code, out } = await run([...EXPORT, '--json'], { trail: tampered() });
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({
      verdict: 'FAULTY',
      events: 10,
      total: 1,
      counts: { CONTENT: 1 },
      faults: [{ kind: 'CONTENT', family: 'content', chain: 'chain-a', sequence: 1 }],
      newestEventAt: '2026-01-01T00:00:22.000Z',
    });
  });

  it('says plainly what cannot be detected without anchors, and without keys', async () => {
    const { code, out } = await run(['--file', './export']);
    expect(code).toBe(0);
    for (const limit of ['NO_ANCHORS', 'NO_SEALS', 'NO_KEYS']) expect(out).toContain(`NOT COVERED ${limit}: `);
  });

  it('verifies the configured store, with its own keys and anchors, and closes it', async () => {
    const { code, out, closed } = await run([]);
    expect({ code, closed }).toEqual({ code: 0, closed: true });
    expect(out).toContain('3 seals, 3 of them anchored');
    const trail = story();
    change(trail, 'A1', () => ({ actorId: 'user_grace' }));
    const faulty = await run([], { trail });
    expect(faulty.code).toBe(1);
    expect(faulty.out).toContain('FAULT content PROJECTION');
  });

  it('takes the keys, the anchors and the time that are named instead of the gateway’s own', async () => {
    const stranger = { keys: 'none' };
    expect((await run([], { deps: { ownJwks: async () => stranger } })).code).toBe(2);
    expect(await run(['--jwks', './jwks'], { deps: { ownJwks: async () => stranger } })).toMatchObject({ code: 0 });
    expect((await run(['--anchors', './anchors'], { deps: { ownAnchors: ['/nowhere'] } })).err).toBe('');
    expect((await run([], { deps: { ownJwks: async () => null } })).out).toContain('NOT COVERED NO_KEYS');

    const late = { clock: { now: () => story().now + 3_600_000 } };
    expect((await run([], { deps: late })).out).toContain('UNSEALED');
    const time = new Date(story().now).toISOString();
    for (const now of [
      time,
      time.replace('Z', '+00:00'),
      new Date(story().now + 3_600_000).toISOString().replace('Z', '+01:00'),
    ])
      expect(await run(['--now', now], { deps: late })).toMatchObject({ code: 0 });
  });

  it('is no verdict where something else fails: that is thrown', async () => {
    const broken = async () => {
      throw new TypeError('a mistake');
    };
    await expect(run([], { deps: { openStore: broken } })).rejects.toThrow('a mistake');
  });

  it('notices where the gateway’s own anchor file is gone', async () => {
    const { code, out, err } = await run([], { deps: { ownAnchors: ['/nowhere/anchors'] } });
    expect(code).toBe(0);
    expect(err).toBe("The gateway's anchor file /nowhere/anchors does not exist.\n");
    expect(out).toContain('NO_ANCHORS');
  });

  it('exits 2 where an input cannot be read', async () => {
    for (const argv of [
      ['--file', './none'],
      ['--file', './export', '--anchors', './none'],
      ['--file', './export', '--jwks', './export'],
      ['--anchors', './none'],
    ]) {
      const { code, out, err } = await run(argv);
      expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    }
    const down = async () => {
      throw new StoreUnavailableError('The store cannot be reached.');
    };
    expect(await run([], { deps: { openStore: down } })).toMatchObject({
      code: 2,
      err: 'The store cannot be reached.\n',
    });
  });

  it('refuses options it does not know, and values that are none', () => {
    for (const argv of [
      ['--fil', 'x'],
      ['--file'],
      ['export.ndjson'],
      ['--now', 'yesterday'],
      ['--now', '2026-01-01'],
      ['--now', 'at 2026-01-01T00:00:00Z'],
      ['--now', '2026-01-01T00:00:00Z or so'],
      ['--now', '2026-01-01T00:00:00'],
      ['--now', '2026-02-30T00:00:00Z'],
      ['--max-unsealed-seconds', '-1'],
      ['--max-seal-age-seconds', '1.5'],
    ]) {
      expect(() => readAuditVerifyOptions(argv), argv.join(' ')).toThrow(VerifyInputError);
      expect(() => readAuditVerifyOptions(argv), argv.join(' ')).toThrow('Usage:');
    }
  });

  it('takes how old an event may be without a seal, and how old the newest seal', async () => {
    const late = ['--now', '2026-01-01T00:02:00Z'];
    expect((await run([...EXPORT, ...late])).out).toContain('UNSEALED');
    expect((await run([...EXPORT, ...late, '--max-unsealed-seconds', '600'])).code).toBe(0);
    expect((await run([...EXPORT, '--max-seal-age-seconds', '1'])).out).toContain('SEAL_STALE');
    expect((await run([...EXPORT, '--max-seal-age-seconds', '600'])).code).toBe(0);
  });

  it('does not let what is in a trail steer the terminal of whoever reads the report', async () => {
    const trail = story();
    const evil = 'session-\u001b[2J\u202e\r\n';
    for (const [at, event] of trail.events.entries()) {
      const body = event.body.replace('session-2', JSON.stringify(evil).slice(1, -1));
      trail.events[at] = { ...event, body: body.replace('IMPERSONATION_STARTED', 'OPERATION_DENIED') };
    }
    const { out } = await run(EXPORT, { trail });
    expect(out).toContain('session-\\u{1b}[2J\\u{202e}\\u{d}\\u{a}');
    expect(out).not.toContain('\u001b');
  });

  it('draws progress on a terminal alone, and leaves nothing of it', async () => {
    expect((await run(EXPORT)).err).toBe('');
    const { err } = await run(EXPORT, { isTTY: true });
    // A short run may end before the first drawing; whatever was drawn is wiped.
    expect(err === '' || err.endsWith('\r\u001b[2K')).toBe(true);
  });
});
