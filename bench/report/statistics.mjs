/** @typedef {{ median: number, low: number, high: number, count: number }} Spread median, least and greatest of the pairs */

/** @param {readonly number[]} values @returns {Spread | null} null where there is nothing */
export function spread(values) {
  const sorted = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return { median: middleOf(sorted), low: sorted[0], high: sorted[sorted.length - 1], count: sorted.length };
}

/** @param {readonly number[]} values at least one */
export function median(values) {
  return middleOf([...values].sort((a, b) => a - b));
}

function middleOf(sorted) {
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The spread of a figure over the rounds. */
export function over(rounds, figure) {
  return rounds === undefined ? null : spread(rounds.map(figure));
}

/** The spread of a figure made from both sides of each pair; null where one side was not measured. */
export function pairwise(a, b, figure) {
  if (a === undefined || b === undefined) return null;
  return spread(a.slice(0, b.length).map((one, index) => figure(one, b[index])));
}

/** How much more one side does in the same time, pair by pair. */
export const rateRatio = (a, b) => pairwise(a, b, (one, other) => one.perSecond / other.perSecond);

/** Microseconds from one answer to the next: all that a request costs, waiting for the disk included. */
export const cost = ({ perSecond }) => 1e6 / perSecond;

/** Microseconds of processor time of one answer, where the system tells it: what others do on the machine weighs less on it. */
export const work = (round) => round.cpuMicroseconds ?? cost(round);

/** How much less processor time one side needs, pair by pair. */
export const workRatio = (a, b) => pairwise(a, b, (one, other) => work(other) / work(one));
