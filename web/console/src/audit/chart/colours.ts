/**
 * A custom property of the style sheet as a canvas takes it. It is read from an element of the page, since the property itself is a
 * pair of colours for the two themes.
 */
export function colourOf(element: Element, property: string): string {
  const probe = element.querySelector(`.probe${property}`) ?? element.appendChild(madeProbe(property));
  return getComputedStyle(probe).color;
}

function madeProbe(property: string): HTMLElement {
  const probe = document.createElement('span');
  probe.className = `probe${property}`;
  probe.hidden = true;
  probe.style.color = `var(${property})`;
  return probe;
}

/** Calls back when the page is shown in another theme. Returns how to stop. */
export function onThemeChange(changed: () => void): () => void {
  const root = new MutationObserver(changed);
  root.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const device = matchMedia('(prefers-color-scheme: dark)');
  device.addEventListener('change', changed);
  return () => {
    root.disconnect();
    device.removeEventListener('change', changed);
  };
}
