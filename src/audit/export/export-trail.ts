import type { StoredEvent } from '../../domain/audit-event.js';
import { GatewayError } from '../../errors/index.js';
import { watchPruning } from '../verify/index.js';
import type { ExportMoment, ExportSource } from './chain-pages.js';
import { chosenEvents } from './chosen-events.js';
import { CSV_HEADER, csvRow } from './csv.js';
import { ecsLine } from './ecs.js';
import type { ExportFormat, ExportOrder } from './export-parameters.js';
import { manifestLine, ndjsonLine, type PartialExport } from './ndjson.js';
import { wholeTrail } from './whole-trail.js';

interface LineFormat {
  readonly mediaType: string;
  readonly extension: string;
  readonly lineBreak: string;
  readonly header?: string;
  readonly line: (event: StoredEvent) => string;
  /** The last line of a partial export; where there is none, every line is an event to those who read it. */
  readonly manifest?: (partial: PartialExport) => string;
}

const FORMATS: Readonly<Record<ExportFormat, LineFormat>> = {
  ndjson: {
    mediaType: 'application/x-ndjson',
    extension: 'ndjson',
    lineBreak: '\n',
    line: ndjsonLine,
    manifest: manifestLine,
  },
  csv: {
    mediaType: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    lineBreak: '\r\n',
    header: CSV_HEADER,
    line: csvRow,
  },
  ecs: { mediaType: 'application/x-ndjson', extension: 'ecs.ndjson', lineBreak: '\n', line: ecsLine },
};

/** Whether events are left out: a filter was named, whatever it lets through. */
export function isPartial({ filter }: ExportOrder): boolean {
  return Object.keys(filter).length > 0;
}

export function exportMediaType({ format }: ExportOrder): string {
  return FORMATS[format].mediaType;
}

/** A name for the file: the time it was begun, and whether it is a part. Nothing in it was chosen by a client. */
export function exportFileName(order: ExportOrder, begunAt: number): string {
  const time = new Date(begunAt).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `audit-${time}${isPartial(order) ? '-partial' : ''}.${FORMATS[order.format].extension}`;
}

/**
 * The export as text, in pieces of a bounded number of lines. It holds every event that was durable when it began, and
 * may hold later ones. A piece may be empty: a moment in which the reader can give up.
 * @param onEvents called with the number of events in each piece.
 * @throws StoreUnavailableError in the middle, where the store stops answering; GatewayError UPSTREAM_UNAVAILABLE in the end, where the
 *   trail was pruned meanwhile, and events may be missing. What was had so far is then no export.
 */
export async function* exportTrail(
  events: ExportSource,
  order: ExportOrder,
  moment: ExportMoment,
  onEvents: (count: number) => void = () => undefined,
): AsyncGenerator<string, void, void> {
  const { lineBreak, header, line, manifest } = FORMATS[order.format];
  const partial = isPartial(order);
  const prunedMeanwhile = watchPruning(events);
  // Known before the chains are listed: else a pruning that is recorded between the two would be missed.
  await prunedMeanwhile();
  if (header !== undefined) yield header + lineBreak;
  let count = 0;
  const pages = partial ? chosenEvents(events, order.filter, moment) : wholeTrail(events, moment);
  for await (const page of pages) {
    count += page.length;
    onEvents(page.length);
    yield page.map((event) => line(event) + lineBreak).join('');
  }
  if (await prunedMeanwhile()) {
    throw new GatewayError('UPSTREAM_UNAVAILABLE', {
      message: 'The trail was pruned while it was being exported: this is no export. Export it again.',
    });
  }
  if (partial && manifest !== undefined) {
    yield manifest({ begunAt: moment.begunAt, filter: order.filter, events: count }) + lineBreak;
  }
}
