import type { DocumentNode } from 'graphql';

/** Of a token with its nodes and places, in a text where every other character is one; measured on Node.js 20, bytes. */
const OF_A_TOKEN = 500;
/** Of a character, where there are fewer tokens than one for eight: texts are kept in more places than one. */
const OF_A_CHARACTER = 64;

/**
 * What is remembered of a text counts as so many bytes. Characters alone tell little: a document of short names takes 240 bytes for each, a
 * comment next to nothing, and whoever floods a memory chooses.
 * @param document what was made of the text; null: nothing is kept beside it
 */
export function weightOf(text: string, document: DocumentNode | null): number {
  const tokens = document === null ? 0 : (document.tokenCount ?? text.length);
  return 1 + Math.max(text.length * OF_A_CHARACTER, tokens * OF_A_TOKEN);
}
