import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DocumentsById } from '../../http/graphql/trusted-documents.js';
import type { Logger } from '../../platform/logger.js';
import { parseManifest } from './manifest.js';

/** What the build of the console writes beside what browsers load. */
const MANIFEST = 'console-documents.json';

/** The documents of the console that was built; none where it was not, or says nothing that can be used. */
export async function readConsoleDocuments(folder: string, logger: Logger): Promise<DocumentsById> {
  let text: string;
  try {
    text = await readFile(path.join(folder, MANIFEST), 'utf8');
  } catch {
    return new Map();
  }
  try {
    return parseManifest(text);
  } catch (error) {
    logger.warn({ err: error }, 'the documents of the console are not trusted: their manifest cannot be read');
    return new Map();
  }
}
