import { describe, expect, it } from 'vitest';
import { readExportParameters } from '../../../../src/audit/export/export-parameters.js';
import { bytesInWords } from '../../../../web/console/src/audit/export/bytes-in-words.js';
import {
  EXPORT_FORMATS,
  exportUrl,
  fileNameOf,
  incompleteName,
} from '../../../../web/console/src/audit/export/export-order.js';
import { CutOff, receive } from '../../../../web/console/src/audit/export/receive.js';

const FILTER = {
  types: ['AUDIT_READ', 'AUDIT_GAP'],
  outcome: 'SUCCESS',
  actorId: 'user & co',
  operationName: 'a=b',
  occurredAfter: '2026-01-31T12:00:00.000Z',
} as const;

function body(pieces: readonly string[], end: 'whole' | 'cut'): ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = [...pieces];
  return new ReadableStream({
    pull(stream) {
      const piece = left.shift();
      if (piece !== undefined) stream.enqueue(new TextEncoder().encode(piece));
      else if (end === 'whole') stream.close();
      else stream.error(new TypeError('network error'));
    },
  });
}
const never = new AbortController().signal;

describe('an export', () => {
  it.each(EXPORT_FORMATS)('in $format asks the gateway for exactly what the list shows', ({ format }) => {
    const url = new URL(exportUrl('/audit/export', format, FILTER), 'http://gateway');
    expect(readExportParameters(url.searchParams)).toEqual({
      format,
      filter: { ...FILTER, occurredAfter: Date.parse(FILTER.occurredAfter) },
    });
    expect(
      readExportParameters(new URL(exportUrl('/audit/export', format, {}), 'http://gateway').searchParams),
    ).toEqual({
      format,
      filter: {},
    });
  });

  it('takes its name from the gateway, but no path', () => {
    expect(fileNameOf('attachment; filename="audit-1.ndjson"', 'ndjson')).toBe('audit-1.ndjson');
    expect(fileNameOf('attachment; filename="../../etc/passwd"', 'csv')).toBe('audit-trail.csv');
    expect(fileNameOf('attachment; filename=".profile"', 'ecs')).toBe('audit-trail.ndjson');
    expect(fileNameOf(null, 'ndjson')).toBe('audit-trail.ndjson');
  });

  it('is whole where its end came, and counted on the way', async () => {
    const counts: number[] = [];
    const whole = await receive(body(['one\n', 'two\n'], 'whole'), 'text/csv', never, (bytes) => counts.push(bytes));
    expect(await whole.text()).toBe('one\ntwo\n');
    expect(whole.type).toBe('text/csv');
    expect(counts).toEqual([4, 8]);
  });

  it('is never whole where it was cut off: what came is given apart, and named so', async () => {
    const cut = await receive(body(['one\n', 'tw'], 'cut'), 'text/csv', never, () => undefined).catch((error) => error);
    expect(cut).toBeInstanceOf(CutOff);
    expect(await cut.part.text()).toBe('one\ntw');
    expect(incompleteName('audit-1.ndjson')).toBe('audit-1-INCOMPLETE.ndjson');
    expect(incompleteName('audit')).toBe('audit-INCOMPLETE');
  });

  it('that was cancelled is no cut-off one', async () => {
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const receiving = receive(body(['one', 'two', 'three'], 'cut'), '', cancel.signal, () => cancel.abort(reason));
    await expect(receiving).rejects.toBe(reason);
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [123_456_789, '123 MB'],
    [2e15, '2,000 TB'],
  ])('of %d bytes is shown as %s', (bytes, words) => {
    expect(bytesInWords(bytes)).toBe(words);
  });
});
