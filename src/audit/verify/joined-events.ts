import type { ExportManifest } from './export-manifest.js';
import type { ReportFault } from './fault.js';
import type { TrailEvent } from './trail-event.js';
import type { EventBatch, Input } from './verify-trail.js';

/** Events of several inputs are handed on in lots of so many. */
const LOT = 500;

interface Stream {
  readonly name: string;
  readonly batches: AsyncIterator<EventBatch>;
  waiting: TrailEvent[];
  at: number;
  count: number;
  manifest: ExportManifest | null;
}

/**
 * A trail and the archives of what was pruned from it, as one: ordered by chain and sequence, an event that is in several of them
 * once. Whether events are left out is for the trail itself to say; archives always do.
 * @param trail the store, or an export of it
 */
export function joinedEvents(trail: Input<EventBatch>, archives: readonly Input<EventBatch>[]): Input<EventBatch> {
  if (archives.length === 0) return trail;
  return async function* (report) {
    const streams = [trail, ...archives].map((open, index): Stream => {
      const name = index === 0 ? 'trail' : `archive ${index}`;
      return { name, batches: open(report)[Symbol.asyncIterator](), waiting: [], at: 0, count: 0, manifest: null };
    });
    let lot: TrailEvent[] = [];
    let last: TrailEvent | null = null;
    for (;;) {
      let least: Stream | null = null;
      let leastEvent: TrailEvent | null = null;
      for (const stream of streams) {
        const event = await headOf(stream, report);
        if (event !== null && (leastEvent === null || isBefore(event, leastEvent))) {
          least = stream;
          leastEvent = event;
        }
      }
      if (least === null || leastEvent === null) break;
      least.at += 1;
      least.count += 1;
      if (last === null || !isSame(last, leastEvent)) lot.push(leastEvent);
      last = leastEvent;
      if (lot.length < LOT) continue;
      yield { events: lot };
      lot = [];
    }
    for (const { name, manifest, count } of streams.slice(1)) {
      if (manifest?.events != null && manifest.events !== count) {
        report('LINE', {}, `The manifest of ${name} counts ${manifest.events} events, and there are ${count}.`);
      }
    }
    const [own] = streams;
    if (own?.manifest == null) {
      yield { events: lot };
      return;
    }
    if (own.manifest.events !== null && own.manifest.events !== own.count) {
      report('LINE', {}, `The manifest counts ${own.manifest.events} events, and there are ${own.count}.`);
    }
    // The number it gives is its own, not that of all together.
    yield { events: lot, manifest: { ...own.manifest, events: null } };
  };
}

async function headOf(stream: Stream, report: ReportFault): Promise<TrailEvent | null> {
  for (;;) {
    const event = stream.waiting[stream.at];
    if (event !== undefined) return event;
    const next = await stream.batches.next();
    if (next.done === true) return null;
    if (stream.manifest !== null) report('LINE', {}, `The ${stream.name} goes on after its manifest.`);
    stream.waiting = [...next.value.events];
    stream.at = 0;
    stream.manifest = next.value.manifest ?? stream.manifest;
  }
}

function isBefore(one: TrailEvent, other: TrailEvent): boolean {
  return one.chain === other.chain ? one.sequence < other.sequence : one.chain < other.chain;
}

/** Where a deletion was broken off, or has not begun, an event is in the archive and in the store. */
function isSame(one: TrailEvent, other: TrailEvent): boolean {
  return (
    one.chain === other.chain &&
    one.sequence === other.sequence &&
    one.hash === other.hash &&
    one.actualHash === other.actualHash
  );
}
