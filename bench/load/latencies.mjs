/** p50, p99 and the longest, in milliseconds. */
export function latencies(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) =>
    sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99), longest: sorted.at(-1) ?? null };
}
