const FILES = { own: '/console/favicon.svg', impersonating: '/console/favicon-impersonating.svg' };

/** The tab's icon says whether somebody else is in effect. */
export function showFavicon(which: keyof typeof FILES): void {
  document.getElementById('favicon')?.setAttribute('href', FILES[which]);
}
