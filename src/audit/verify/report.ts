import type { Fault } from './fault.js';
import { LIMITS, type Verdict } from './verdict.js';

/** One fault as one line: family, kind, place, and a sentence. Control characters that came from the trail are shown as escapes. */
export function faultLine(fault: Fault): string {
  const place = [
    fault.line === undefined ? '' : `line ${fault.line}`,
    fault.seal === undefined ? '' : `seal ${fault.seal}`,
    fault.chain === undefined ? '' : `chain ${fault.chain}`,
    fault.sequence === undefined ? '' : `sequence ${fault.sequence}`,
  ];
  return printable(
    ['FAULT', fault.family, fault.kind, ...place.filter(Boolean)].join(' ').concat(`: ${fault.sentence}`),
  );
}

/** The verdict for a person: what was there, each fault on a line, what was not checked, and the conclusion last. */
export function verdictText(verdict: Verdict): string {
  const { events, chains, seals, anchoredSeals, erasedDetails, unsealedEvents, commitSignatures, faults, total } =
    verdict;
  const facts = [
    `${count(events, 'event')} in ${count(chains, 'chain')}, ${count(commitSignatures, 'commit signature')}`,
    `${count(seals, 'seal')}, ${anchoredSeals} of them anchored; ${count(unsealedEvents, 'event')} not sealed yet`,
    `${count(erasedDetails, 'event')} without details (erased, or left out)`,
    ...(verdict.prunedEvents > 0 ? [`${count(verdict.prunedEvents, 'event')} pruned, as recorded`] : []),
    ...Object.entries(verdict.givenUpEvents).map(
      ([sha256, events]) =>
        `${count(events, 'event')} of them by a pruning that was given up, into the archive with SHA-256 ${sha256}`,
    ),
    `newest event ${timeText(verdict.newestEventAt)}, newest seal ${timeText(verdict.newestSealAt)}`,
  ];
  const more = total > faults.length ? [`... and ${total - faults.length} more faults of the kinds above`] : [];
  const notes = verdict.limits.map((limit) => `NOT COVERED ${limit}: ${LIMITS[limit]}`);
  return [...facts, ...faults.map(faultLine), ...more, ...notes, conclusion(verdict)].join('\n').concat('\n');
}

/** The verdict for a program: one JSON object on one line. */
export function verdictJson(verdict: Verdict): string {
  return `${JSON.stringify({
    ...verdict,
    newestEventAt: verdict.newestEventAt === null ? null : timeText(verdict.newestEventAt),
    newestSealAt: verdict.newestSealAt === null ? null : timeText(verdict.newestSealAt),
    faultsListed: verdict.faults.length,
  })}\n`;
}

function conclusion({ verdict, total, counts }: Verdict): string {
  if (verdict === 'HOLDS') return 'HOLDS: everything that was checked holds.';
  if (verdict === 'PARTIAL') return 'PARTIAL: what is in this export holds; it does not claim to be complete.';
  const kinds = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  return `FAULTY: ${count(total, 'fault')} (${kinds.join(', ')}).`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function timeText(time: number | null): string {
  return time === null ? 'none' : new Date(time).toISOString();
}

/** The trail may be an attacker's text; it must not steer the terminal of whoever reads the report. */
function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
