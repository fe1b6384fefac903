import { type RefObject, useLayoutEffect } from 'react';

/** Tells the style sheets how high the banner is, so that nothing lies under it, however its text wraps. */
export function useBannerHeight(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const banner = element.current;
    if (banner === null) return;
    const { style } = document.documentElement;
    const watch = new ResizeObserver(() => style.setProperty('--banner-height', `${banner.offsetHeight}px`));
    watch.observe(banner);
    return () => {
      watch.disconnect();
      style.removeProperty('--banner-height');
    };
  }, [element]);
}
