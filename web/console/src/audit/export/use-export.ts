import { useEffect, useRef, useState } from 'react';
import { useConsoleConfig } from '../../config/console-config.js';
import { Refusal, Unreachable } from '../../graphql/refusal.js';
import { errorCodeOf } from '../../graphql/refusals-in-words.js';
import { useCaller } from '../../graphql/use-caller.js';
import { useIdentityStore } from '../../identity/identity-context.js';
import type { AuditFilter } from '../../trail/filter/audit-filter.js';
import { announce } from '../../ui/announcer.js';
import { type ExportFormat, exportUrl, fileNameOf, incompleteName } from './export-order.js';
import { CutOff, receive } from './receive.js';
import { saveFile } from './save-file.js';

/** An export as the page shows it. */
export type Export =
  | { readonly state: 'none' }
  | { readonly state: 'running'; readonly format: ExportFormat; readonly bytes: number }
  | { readonly state: 'done'; readonly name: string; readonly bytes: number; readonly isPartial: boolean }
  | { readonly state: 'cut'; readonly name: string; readonly part: Blob }
  | { readonly state: 'failed'; readonly error: unknown };

export interface Exporting {
  readonly export: Export;
  begin(format: ExportFormat): void;
  cancel(): void;
  /** Saves what came of an export that was cut off, under a name that says so. */
  savePart(): void;
  dismiss(): void;
}

/** How often the count is shown anew, milliseconds. */
const SHOW_MS = 200;
const NONE: Export = { state: 'none' };

/** Downloads of what passes the filter, one at a time, the token in a header alone. */
export function useExport(filter: AuditFilter): Exporting {
  const { exportPath } = useConsoleConfig();
  const identity = useIdentityStore();
  const { token } = useCaller('effective');
  const [shown, show] = useState<Export>(NONE);
  const current = useRef(new AbortController());
  useEffect(() => () => current.current.abort(), []);

  async function run(format: ExportFormat, signal: AbortSignal): Promise<Export> {
    const response = await ask(exportUrl(exportPath, format, filter), token, signal);
    const name = fileNameOf(response.headers.get('content-disposition'), format);
    const type = response.headers.get('content-type') ?? 'application/octet-stream';
    if (response.body === null) throw new Unreachable();
    let shownAt = performance.now();
    try {
      const whole = await receive(response.body, type, signal, (bytes) => {
        if (performance.now() - shownAt < SHOW_MS) return;
        shownAt = performance.now();
        show({ state: 'running', format, bytes });
      });
      saveFile(whole, name);
      const isPartial = response.headers.get('audit-export-partial') === 'true';
      return { state: 'done', name, bytes: whole.size, isPartial };
    } catch (error) {
      if (error instanceof CutOff) return { state: 'cut', name, part: error.part };
      throw error;
    }
  }

  return {
    export: shown,
    begin(format) {
      current.current.abort();
      current.current = new AbortController();
      const { signal } = current.current;
      show({ state: 'running', format, bytes: 0 });
      run(format, signal).then(
        (ended) => {
          if (signal.aborted) return;
          show(ended);
          announce(ended.state === 'done' ? 'The export is complete.' : 'The export was cut off.');
        },
        (error: unknown) => {
          if (signal.aborted) return;
          show({ state: 'failed', error });
          if (error instanceof Refusal) identity.refused(token, error.code);
        },
      );
    },
    cancel() {
      current.current.abort();
      show(NONE);
    },
    savePart() {
      if (shown.state === 'cut') saveFile(shown.part, incompleteName(shown.name));
    },
    dismiss: () => show(NONE),
  };
}

/** Throws a {@link Refusal} where the gateway says no, {@link Unreachable} where nobody answers. */
async function ask(url: string, token: string, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { Authorization: `Bearer ${token}` },
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw new Unreachable({ cause: error });
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  const [error] = errorsOf(body);
  if (error === undefined) throw new Unreachable();
  const { message = '', extensions = {} } = error;
  throw new Refusal(errorCodeOf(extensions.code), message, extensions, response.headers.get('x-request-id'));
}

interface SentError {
  readonly message?: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

function errorsOf(body: unknown): readonly SentError[] {
  return typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors) ? body.errors : [];
}
