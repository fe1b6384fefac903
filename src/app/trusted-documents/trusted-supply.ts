import { readFile } from 'node:fs/promises';
import type { Documents, ReadDocument } from '../../http/graphql/documents.js';
import type { Generations } from '../../http/graphql/generations.js';
import { type DocumentsById, TrustedDocuments } from '../../http/graphql/trusted-documents.js';
import type { Logger } from '../../platform/logger.js';
import type { Metrics } from '../../platform/metrics.js';
import { fileErrorCode } from '../federation/file-error-code.js';
import { oneAtATime } from '../federation/one-at-a-time.js';
import { type WatchedFiles, watchFiles } from '../federation/watch-files.js';
import { parseManifest } from './manifest.js';
import { ManifestError, type ManifestProblem } from './manifest-error.js';

export interface TrustedSupplyParts {
  /** The file that `TRUSTED_DOCUMENTS` names; null: there is none. */
  readonly file: string | null;
  readonly only: boolean;
  /** The documents of the console that is served. Those that the schema does not take are not used: it shows less then. */
  readonly ofConsole: DocumentsById;
  readonly metrics: Pick<Metrics, 'documents'>;
  readonly logger: Logger;
}

/**
 * Where the trusted documents come from. The manifest is read anew when it changes; a bad one is not used, and the last good one
 * goes on. A schema that comes later is served whether or not it takes every document: what it does not take is refused as invalid.
 */
export class TrustedSupply {
  readonly trusted: TrustedDocuments;
  readonly #parts: TrustedSupplyParts;
  readonly #ofFile: { documents: DocumentsById; text: string };
  #generations: Generations | null = null;
  /** The text that was refused last, or the code of why there was none: the same is not refused in words again and again. */
  #refused: string | null = null;
  #invalid = false;
  #watched: WatchedFiles | null = null;
  #forget: (() => void) | null = null;

  private constructor(parts: TrustedSupplyParts, text: string) {
    this.#parts = parts;
    this.#ofFile = { documents: parts.file === null ? new Map() : parseManifest(text), text };
    this.trusted = new TrustedDocuments(parts.only, this.#together(), () =>
      parts.metrics.documents.refused('trustedDocuments'),
    );
  }

  /** Reads the manifest for the first time. @throws ManifestError with every problem */
  static async open(parts: TrustedSupplyParts): Promise<TrustedSupply> {
    return new TrustedSupply(parts, parts.file === null ? '' : await textOf(parts.file));
  }

  /** Whether what is trusted is not what the manifest says now, or not all of it is valid in the schema that is served. */
  get degraded(): boolean {
    return this.#refused !== null || this.#invalid;
  }

  /**
   * Holds the documents against the first schema, and looks after both from now on.
   * @throws ManifestError with every document of the file that is not valid, or beyond a limit
   */
  follow(generations: Generations): void {
    this.#generations = generations;
    const problems = problemsIn(this.#ofFile.documents, generations.current.engine.documents);
    if (problems.length > 0) throw new ManifestError(problems);
    this.#forget = generations.onReplaced(() => this.#lookAgain());
    const { file } = this.#parts;
    if (file === null) return;
    const look = oneAtATime(() => this.#reload(file));
    this.#watched = watchFiles([file], () => void look());
  }

  close(): void {
    this.#watched?.close();
    this.#forget?.();
  }

  #together(): DocumentsById {
    return new Map([...this.#parts.ofConsole, ...this.#ofFile.documents]);
  }

  /** A new schema is served. */
  #lookAgain(): void {
    const documents = this.#generations?.current.engine.documents;
    if (documents === undefined) return;
    const problems = problemsIn(this.#ofFile.documents, documents);
    this.#invalid = problems.length > 0;
    for (const problem of problems)
      this.#parts.logger.warn(problem, 'a trusted document is not valid in the new schema');
  }

  /** Never rejects. */
  async #reload(file: string): Promise<void> {
    const { logger } = this.#parts;
    let text = '';
    try {
      text = await textOf(file);
      if (text === this.#ofFile.text) {
        this.#refused = null;
        return;
      }
      if (text === this.#refused) return;
      const documents = parseManifest(text);
      const served = this.#generations?.current.engine.documents;
      if (served === undefined) return;
      const problems = problemsIn(documents, served);
      if (problems.length > 0) throw new ManifestError(problems);
      this.#ofFile.documents = documents;
      this.#ofFile.text = text;
      this.trusted.replace(this.#together());
      served.pin(this.trusted.texts);
      this.#refused = null;
      this.#invalid = false;
      logger.info({ documents: documents.size }, 'new trusted documents are in use');
    } catch (error) {
      const problems = error instanceof ManifestError ? error.problems : [{ err: error }];
      const known = text === '' ? JSON.stringify(problems) : text;
      if (this.#refused === known) return;
      this.#refused = known;
      for (const problem of problems) {
        logger.error(problem, 'the new trusted documents are refused; the last good ones go on');
      }
    }
  }
}

function problemsIn(trusted: DocumentsById, documents: Documents): readonly ManifestProblem[] {
  return [...trusted].flatMap(([id, text]) => {
    const message = faultOf(documents.read(text));
    return message === null ? [] : [{ place: `"${id}"`, message }];
  });
}

function faultOf(read: ReadDocument): string | null {
  if (read.kind === 'valid') return null;
  return read.kind === 'too-complex' ? read.refusal.message : read.errors.map(({ message }) => message).join(' ');
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ManifestError([{ place: 'the file', message: `cannot be read (${fileErrorCode(error)})` }]);
  }
}
