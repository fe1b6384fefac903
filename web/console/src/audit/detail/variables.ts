import { shownJson, shownText } from '../../graphql/shown-text.js';

/** The variables set out line by line. What is no JSON is shown as it is: the trail holds the exact text. */
export function readableVariables(text: string): string {
  try {
    return shownJson(JSON.parse(text));
  } catch {
    return shownText(text);
  }
}
