import { type DocumentsById, documentId } from '../../http/graphql/trusted-documents.js';
import { ManifestError, type ManifestProblem } from './manifest-error.js';

const APOLLO = 'apollo-persisted-query-manifest';
const ID = /^(?:sha256:)?([0-9a-f]{64})$/i;

/**
 * Reads a manifest of documents in one of two forms: a JSON object of documents by their ids, as GraphQL Code Generator and Relay
 * write them, or Apollo's `apollo-persisted-query-manifest`. Every id has to be the SHA-256 of its document: an id that anybody could
 * have made up says nothing of what it stands for.
 * @throws ManifestError with every problem
 */
export function parseManifest(text: string): DocumentsById {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new ManifestError([{ place: 'the file', message: 'is no valid JSON' }]);
  }
  if (!isRecord(manifest)) throw new ManifestError([{ place: 'the file', message: 'has to be a JSON object' }]);
  const problems: ManifestProblem[] = [];
  const documents = new Map<string, string>();
  for (const { place, id, body } of entriesOf(manifest, problems)) {
    const hash = typeof id === 'string' ? ID.exec(id)?.[1]?.toLowerCase() : undefined;
    if (typeof body !== 'string' || body === '') problems.push({ place, message: 'has no document' });
    else if (hash === undefined)
      problems.push({ place, message: 'has an id that is no SHA-256 in hexadecimal digits' });
    else if (hash !== documentId(body))
      problems.push({ place, message: 'has an id that is not the SHA-256 of its document' });
    else documents.set(hash, body);
  }
  if (problems.length > 0) throw new ManifestError(problems);
  return documents;
}

interface Entry {
  readonly place: string;
  readonly id: unknown;
  readonly body: unknown;
}

function entriesOf(manifest: Readonly<Record<string, unknown>>, problems: ManifestProblem[]): readonly Entry[] {
  // No id is called so.
  if (!('format' in manifest || 'operations' in manifest)) {
    return Object.entries(manifest).map(([id, body]) => ({ place: `"${id.slice(0, 80)}"`, id, body }));
  }
  const { format, version, operations } = manifest;
  if (format !== APOLLO) problems.push({ place: 'format', message: `has to be "${APOLLO}"` });
  if (version !== 1) problems.push({ place: 'version', message: 'has to be 1' });
  if (!Array.isArray(operations)) {
    problems.push({ place: 'operations', message: 'has to be a list' });
    return [];
  }
  return operations.map((operation: unknown, index) => {
    const { id, body } = isRecord(operation) ? operation : {};
    return { place: `operations[${index}]`, id, body };
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
