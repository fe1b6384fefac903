import { ImpersonationBanner } from './element.js';

const NAME = 'impersonation-banner';

// Loaded twice, or where there is no browser: nothing happens.
const registry: CustomElementRegistry | undefined = globalThis.customElements;
if (registry?.get(NAME) === undefined) registry?.define(NAME, ImpersonationBanner);
