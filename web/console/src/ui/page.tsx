import { type ReactNode, useEffect } from 'react';
import { setPageTitle } from './page-title.js';

export interface PageProps {
  readonly title: string;
  /** One sentence under the heading. */
  readonly lead?: ReactNode;
  /** Buttons beside the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

const FOCUS_MS = 60;

/** Whether nothing that the person is at work with has the focus. */
function isElsewhere(): boolean {
  const { activeElement } = document;
  return activeElement === null || !activeElement.closest('#main, [role="dialog"], [role="alertdialog"], .navigation');
}

/** One view: its heading, which takes the focus when somebody comes here, and the title of the tab. */
export function Page({ title, lead, actions, children }: PageProps) {
  useEffect(() => setPageTitle(title), [title]);
  useEffect(() => {
    // Late enough for a dialog that led here to have let go of the focus.
    const timer = setTimeout(() => {
      if (isElsewhere()) document.getElementById('page-heading')?.focus({ preventScroll: true });
    }, FOCUS_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1 id="page-heading" tabIndex={-1}>
            {title}
          </h1>
          {lead === undefined ? null : <p className="lead">{lead}</p>}
        </div>
        {actions === undefined ? null : <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
