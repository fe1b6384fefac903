import { type ReactNode, useId } from 'react';
import { Refusal, Unreachable } from '../graphql/refusal.js';
import { inWords } from '../graphql/refusals-in-words.js';
import { Button } from './button.js';
import { OfflineIcon, WarningIcon } from './icons.js';

/** Something is on its way. Lines stand for what will be there. */
export function Loading({ what, lines = 4 }: { readonly what: string; readonly lines?: number }) {
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading {what}…</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((line) => (
        <span key={line} className="loading-line" aria-hidden="true" />
      ))}
    </div>
  );
}

/** There is nothing, and that is no mistake. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children === undefined ? null : <div className="muted">{children}</div>}
    </div>
  );
}

export interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** Why it could not be shown or done, in words, with what to do next. */
export function Failure({ error, onRetry }: FailureProps) {
  const title = useId();
  const { sentence, next, requestId, offline } = told(error);
  return (
    <section className="failure" role="alert" aria-labelledby={title}>
      {offline ? <OfflineIcon /> : <WarningIcon />}
      <div>
        <p className="failure-title" id={title}>
          {sentence}
        </p>
        <p>{next}</p>
        {requestId === null ? null : (
          <p className="muted">
            Request <code>{requestId}</code>
          </p>
        )}
        {onRetry === undefined ? null : <Button onPress={onRetry}>Try again</Button>}
      </div>
    </section>
  );
}

interface Told {
  readonly sentence: string;
  readonly next: string;
  readonly requestId: string | null;
  readonly offline: boolean;
}

function told(error: unknown): Told {
  if (error instanceof Refusal) {
    const { requestId, code } = error;
    return { ...inWords(error), requestId: code === 'INTERNAL_SERVER_ERROR' ? requestId : null, offline: false };
  }
  if (error instanceof Unreachable) {
    return navigator.onLine
      ? { sentence: 'The gateway does not answer.', next: 'Try again in a minute.', requestId: null, offline: true }
      : {
          sentence: 'You are offline.',
          next: 'This goes on when the network is back.',
          requestId: null,
          offline: true,
        };
  }
  return { sentence: 'The console made a mistake.', next: 'Load the page again.', requestId: null, offline: false };
}
