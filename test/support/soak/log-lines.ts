/** What a gateway may say, at `warn` or above, while what a soak does is done to it: the start of the sentence, and why. */
const EXPECTED: ReadonlyMap<string, string> = new Map([
  ['an anomaly was detected', 'bursts of refusals, and many subjects, are part of the load'],
  ['an operation took too long', 'a service that does not answer is part of the load'],
  ['a client was cut off that did not take', 'clients that take nothing are part of the load'],
  ['a schema gives out more than it may mean to', 'the schema of orders does, and says so at each new configuration'],
  ['waiting for the schema of a service', 'services go away'],
  ['the schema of a service is the one it told before', 'services go away'],
  ['the new schema is refused; the last good one goes on', 'a configuration with a fault is part of the load'],
  ['a service was called', 'services go away'],
  ['a subscription at a service ended', 'services go away'],
  ['the circuit breaker of a service has changed', 'services go away'],
]);

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Printed for whoever starts it, beside the log. */
const GREETING = /^Impersonation Gateway is listening on /;
const JUDGED = new Set(['warn', 'error', 'fatal']);

/** What the log says that nobody expected: each sentence once, with how often and an example. Text that is no log line counts too. */
export function unexpectedLines(text: string): string[] {
  const found = new Map<string, { count: number; readonly example: string }>();
  for (const line of text.split('\n')) {
    if (line.trim() === '' || GREETING.test(line)) continue;
    const said = read(line);
    const sentence = said === null ? 'no line of the log' : `${said.level}: ${said.msg}`;
    if (said !== null && (!JUDGED.has(said.level) || isExpected(said.msg))) continue;
    const known = found.get(sentence);
    if (known === undefined) found.set(sentence, { count: 1, example: line.slice(0, 600) });
    else known.count += 1;
  }
  return [...found].map(([sentence, { count, example }]) => `${sentence} (${count} times), such as ${example}`);
}

/** How often each expected sentence was said. */
export function expectedLines(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    const said = read(line);
    if (said === null || !JUDGED.has(said.level) || !isExpected(said.msg)) continue;
    found.set(said.msg, (found.get(said.msg) ?? 0) + 1);
  }
  return found;
}

const isExpected = (msg: string) => [...EXPECTED.keys()].some((start) => msg.startsWith(start));

function read(line: string): LogLine | null {
  try {
    const said = JSON.parse(line) as LogLine;
    return typeof said.msg === 'string' && typeof said.level === 'string' ? said : null;
  } catch {
    return null;
  }
}
