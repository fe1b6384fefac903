const PRODUCT = 'Impersonation console';
let page = '';
let inEffect: string | null = null;

function show(): void {
  const title = page === '' ? PRODUCT : `${page} · ${PRODUCT}`;
  document.title = inEffect === null ? title : `${inEffect} · ${title}`;
}

/** What the tab shows. */
export function setPageTitle(title: string): void {
  page = title;
  show();
}

/** Says before all else who is in effect; null: nobody but the person themselves. */
export function setTitleOfImpersonation(text: string | null): void {
  inEffect = text;
  show();
}
