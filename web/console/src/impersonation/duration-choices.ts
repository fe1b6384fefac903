import { durationInWords } from '../ui/duration.js';
import type { Choice } from '../ui/select.js';

const OFFERED = [300, 600, 900, 1_800, 3_600, 7_200, 14_400];

/** The lengths to choose from, seconds: those the gateway allows, its default always among them. */
export function durationChoices(defaultSeconds: number, maxSeconds: number): readonly Choice<string>[] {
  const allowed = new Set([...OFFERED.filter((seconds) => seconds <= maxSeconds), defaultSeconds, maxSeconds]);
  return [...allowed]
    .toSorted((one, other) => one - other)
    .map((seconds) => ({ value: String(seconds), label: durationInWords(seconds) }));
}
