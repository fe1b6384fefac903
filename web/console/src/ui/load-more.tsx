import { useEffect, useEffectEvent, useRef } from 'react';
import type { Pages } from '../graphql/use-pages.js';
import { Button } from './button.js';
import { Failure } from './states.js';

/** The end of a list: loads the next page when it comes into sight, and by a button for those who do not scroll. */
export function LoadMore<Node>({ pages, what }: { readonly pages: Pages<Node>; readonly what: string }) {
  const end = useRef<HTMLDivElement>(null);
  const loadMore = useEffectEvent(pages.loadMore);
  const wanted = pages.hasMore && pages.moreError === null;
  useEffect(() => {
    if (end.current === null || !wanted) return;
    const watch = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) loadMore();
    });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [wanted]);

  if (pages.moreError !== null) return <Failure error={pages.moreError} onRetry={pages.loadMore} />;
  return (
    <div ref={end} className="load-more">
      {pages.hasMore ? (
        <Button kind="quiet" isPending={pages.isLoadingMore} onPress={pages.loadMore}>
          {pages.isLoadingMore ? `Loading more ${what}…` : `Load more ${what}`}
        </Button>
      ) : (
        <p className="muted">{pages.items.length} in all</p>
      )}
    </div>
  );
}
