import type { ReactNode } from 'react';
import { Unreachable } from '../graphql/refusal.js';
import type { Pages } from '../graphql/use-pages.js';
import { LoadMore } from './load-more.js';
import { Empty, Failure, Loading } from './states.js';

export interface PagesViewProps<Node> {
  readonly pages: Pages<Node>;
  /** What is listed, in the plural: "users". */
  readonly what: string;
  readonly empty: { readonly title: string; readonly hint?: ReactNode };
  readonly children: (items: readonly Node[]) => ReactNode;
}

/** A list in whichever state it is: on its way, refused, empty, or there with more to come. */
export function PagesView<Node>({ pages, what, empty, children }: PagesViewProps<Node>) {
  if (pages.state === 'loading' && pages.isWaiting) return <Failure error={new Unreachable()} />;
  if (pages.state === 'loading') return <Loading what={what} lines={8} />;
  if (pages.state === 'failed') return <Failure error={pages.error} onRetry={pages.reload} />;
  if (pages.items.length === 0) return <Empty title={empty.title}>{empty.hint}</Empty>;
  return (
    <div className="pages" data-outdated={pages.isOutdated || undefined} aria-busy={pages.isOutdated}>
      {pages.isOutdated && pages.isWaiting ? (
        <p className="pages-note" role="status">
          Waiting for the network. This is what was asked for before.
        </p>
      ) : null}
      {children(pages.items)}
      <LoadMore pages={pages} what={what} />
    </div>
  );
}
