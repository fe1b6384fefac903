/** The variables set out line by line. What is no JSON is shown as it is: the trail holds the exact text. */
export function readableVariables(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
