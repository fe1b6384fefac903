import { ImpersonationBanner } from './element.js';

const NAME = 'impersonation-banner';

// Loaded twice, or where there is no browser: nothing happens.
if (globalThis.customElements !== undefined && customElements.get(NAME) === undefined) {
  customElements.define(NAME, ImpersonationBanner);
}
