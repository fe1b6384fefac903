import type { StoredEvent } from '../../domain/audit-event.js';
import { chainPages, type ExportMoment, type ExportSource } from './chain-pages.js';

/** How old what nobody signed has to be before it is taken for all that will ever be there. */
const UNDER_WAY_MS = 60_000;
/** More than a commit ever holds. */
const MOST_UNSIGNED = 5_000;

/**
 * Every event in order of chain and sequence. Where MongoDB shows the first events of a commit before its last, signed one,
 * they are held back: they belong to the next export, and here would look like forged ones. What has been without a
 * signature for a minute is given out, since it will never get one: a commit that a crash cut short, or a forgery.
 * @throws StoreUnavailableError
 */
export async function* wholeTrail(
  events: Pick<ExportSource, 'chains' | 'chain'>,
  moment: ExportMoment,
): AsyncGenerator<readonly StoredEvent[]> {
  for (const chain of [...(await events.chains())].sort()) {
    let held: readonly StoredEvent[] = [];
    for await (const page of chainPages(events, chain, moment)) {
      const read = [...held, ...page];
      const signed = read.findLastIndex(({ signature }) => signature !== null) + 1;
      const settled = read.length - signed > MOST_UNSIGNED ? read.length : signed;
      held = read.slice(settled);
      yield read.slice(0, settled);
    }
    const now = moment.clock.now();
    const isUnderWay = (at: number) => at >= moment.begunAt - UNDER_WAY_MS && at <= now + UNDER_WAY_MS;
    // One with a time that is none, or far ahead, is no gateway's: it must not be passed over for it.
    yield held.filter(({ occurredAt }) => !isUnderWay(occurredAt));
  }
}
