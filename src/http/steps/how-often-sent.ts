/**
 * How often a header was sent. Node keeps the first of several and drops the rest; whoever stands in front may have judged another one.
 * @param name in lower case
 * @param rawHeaders each name and behind it its value, as Node gives them
 */
export function howOftenSent(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const sent = rawHeaders[at] as string;
    if (sent.length === name.length && sent.toLowerCase() === name) count += 1;
  }
  return count;
}
