import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ndjsonLine } from '../../../src/audit/export/ndjson.js';
import { auditExport, readAuditExportOptions } from '../../../src/commands/audit-export.js';
import { StoreUnavailableError } from '../../../src/errors/index.js';
import { powerCuts } from '../../support/power-cuts.js';
import { MemoryEvents } from '../audit/memory-events.js';
import { generateTrail } from '../audit-verify/generated-trail.js';
import { textOf, withFolder } from '../audit-verify/verifying.js';

const trail = generateTrail(3, { steps: 1_500, replicas: 2 });
const clock = { now: () => trail.now };

/** A standard output that takes each text a turn later, and an error output that is a terminal or not. */
function outputs(isTTY = false) {
  const seen = { out: '', err: '', pending: 0, mostPending: 0 };
  return {
    seen,
    output: {
      stdout: {
        write(text: string, done: (error?: Error | null) => void) {
          seen.out += text;
          seen.pending += 1;
          seen.mostPending = Math.max(seen.mostPending, seen.pending);
          setImmediate(() => {
            seen.pending -= 1;
            done();
          });
        },
      },
      stderr: { write: (text: string) => (seen.err += text), isTTY },
    },
  };
}

function stored(): MemoryEvents {
  const events = new MemoryEvents();
  events.stored.push(...trail.events);
  return events;
}

const run = (argv: readonly string[], { output } = outputs(), events = stored()) =>
  auditExport(events.port, readAuditExportOptions(argv), clock, output);

describe('audit export', () => {
  it('writes to standard output what an export is, no faster than it is taken', async () => {
    const to = outputs();
    expect(await run([], to)).toBe(0);
    expect(to.seen).toMatchObject({ out: textOf(trail.events.map(ndjsonLine)), err: '', mostPending: 1 });
  });

  it('writes a file for its owner alone, of what the filter lets through', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'part.csv');
      const to = outputs();
      expect(
        await run(['--out', file, '--format', 'csv', '--outcome', 'SUCCESS', '--types', 'IMPERSONATION_STARTED'], to),
      ).toBe(0);
      const rows = (await readFile(file, 'utf8')).split('\r\n');
      const passing = trail.events.filter(
        ({ type, outcome }) => type === 'IMPERSONATION_STARTED' && outcome === 'SUCCESS',
      );
      expect(rows).toHaveLength(passing.length + 2);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(to.seen.out).toBe('');
    });
  });

  it('has the whole file on disk under its name when it is done', async () => {
    await withFolder(async (folder) => {
      const scene = path.join(folder, 'scene');
      await mkdir(scene);
      const cuts = await powerCuts(scene, Math.random, async (acknowledge) => {
        if ((await run(['--out', path.join(scene, 'trail')])) === 0) acknowledge('the export');
      });
      const left = path.join(folder, 'left');
      cuts.findLast(({ kind }) => kind === 'least')?.leaveIn(left);
      expect(cuts.at(-1)?.acknowledged).toEqual(['the export']);
      expect(await readFile(path.join(left, 'trail'), 'utf8')).toBe(textOf(trail.events.map(ndjsonLine)));
    });
  });

  it('never touches a file that is there', async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'precious');
      await writeFile(file, 'precious');
      await expect(run(['--out', file])).rejects.toMatchObject({ code: 'EEXIST' });
      expect(await readFile(file, 'utf8')).toBe('precious');
    });
  });

  it('leaves no part of a file behind where the store fails in the middle', async () => {
    await withFolder(async (folder) => {
      const events = stored();
      let pages = 0;
      const chain = events.chain.bind(events);
      events.chain = (...asked) => {
        pages += 1;
        return pages > 2 ? Promise.reject(new StoreUnavailableError('gone')) : chain(...asked);
      };
      await expect(run(['--out', path.join(folder, 'trail')], outputs(), events)).rejects.toThrow(
        StoreUnavailableError,
      );
      expect(await readdir(folder)).toEqual([]);
    });
  });

  it('fails where its output cannot be written', async () => {
    const to = outputs();
    to.output.stdout.write = (_, done) => done(new Error('EPIPE'));
    await expect(run([], to)).rejects.toThrow('EPIPE');
  });

  it('draws progress on a terminal alone', async () => {
    const slow = stored();
    const chain = slow.chain.bind(slow);
    let begun = 0;
    slow.chain = async (...asked) => {
      begun += 1;
      if (begun <= 2) await new Promise((resolve) => setTimeout(resolve, 250));
      return chain(...asked);
    };
    const terminal = outputs(true);
    const file = outputs(false);
    await Promise.all([run([], terminal, slow), run([], file, slow)]);
    expect(terminal.seen.err).toContain(' events/s');
    expect(file.seen.err).toBe('');
  });
});
