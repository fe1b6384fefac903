import type { Json } from './forge.js';

/** A thumbprint, as one may be. */
export const THUMBPRINT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';

/** Values of `cnf` that bind a token to what cannot be checked here, or to nothing. */
export const NO_CONFIRMATIONS: readonly Json[] = [
  null,
  '',
  THUMBPRINT,
  7,
  true,
  [],
  [{ jkt: THUMBPRINT }],
  {},
  { jkt: null },
  { jkt: '' },
  { jkt: 7 },
  { jkt: [THUMBPRINT] },
  { jkt: THUMBPRINT.slice(1) },
  { jkt: `${THUMBPRINT}=` },
  { jkt: `${THUMBPRINT}A` },
  // Unused bits: the same bytes in another spelling.
  { jkt: `${THUMBPRINT.slice(0, -1)}J` },
  { jkt: THUMBPRINT.replace('-', '+') },
  { JKT: THUMBPRINT },
  { 'x5t#S256': THUMBPRINT },
  { jwk: { kty: 'OKP', crv: 'Ed25519', x: THUMBPRINT } },
  { jwe: 'x' },
  { kid: 'x' },
  { jku: 'https://id.example/keys', kid: 'x' },
  { osc: {} },
  { 'of a year to come': 'x' },
  { jkt: THUMBPRINT, 'x5t#S256': THUMBPRINT },
  { jkt: THUMBPRINT, kid: 'x' },
  { jkt: THUMBPRINT, 'of a year to come': null },
];
