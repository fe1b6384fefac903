const MAX_TEXT = 16_384;

/** What a reading or an export asked for, as the JSON text of an event's details. The trail is no place to store what a client sends at any length. */
export function boundedVariables(asked: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(asked);
  return text.length <= MAX_TEXT ? text : JSON.stringify({ omitted: `${text.length} characters` });
}
