import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TrustedIssuer } from '../../../src/tokens/index.js';
import { type Pair, pair } from '../../unit/tokens/forge.js';

/** Who signs tokens and who verifies them. What oracle, forger and gateway each have to know of it is here and nowhere else. */

export const GATEWAY = 'https://gateway.example';
export const ACTOR_AUDIENCE = 'https://services.example';
export const COMPANY = 'https://id.example';
export const DELEGATE = 'https://delegate.example';
export const AUDIENCE = 'https://api.example';
export const OLD_AUDIENCE = 'https://old.example';

export const KEYS = {
  companyEs: pair('ES256', 'es'),
  companyRs: pair('RS256', 'rs'),
  companyEd: pair('EdDSA', 'ed'),
  /** A second of its kind: a token that names no key could mean either. */
  companyEd2: pair('EdDSA', 'ed2'),
  /** A kid of the gateway's own in another set. */
  companyRs2: pair('RS256', 'gateway-ed'),
  delegateEs: pair('ES256', 'delegate'),
  gatewayEd: pair('EdDSA', 'gateway-ed'),
  gatewayRs: pair('RS256', 'gateway-rs'),
  stranger: pair('EdDSA', 'ed'),
} as const satisfies Readonly<Record<string, Pair>>;

export type KeyName = keyof typeof KEYS;

export const COMPANY_KEYS: readonly KeyName[] = ['companyEs', 'companyRs', 'companyEd', 'companyEd2', 'companyRs2'];
export const DELEGATE_KEYS: readonly KeyName[] = ['delegateEs'];
export const GATEWAY_KEYS: readonly KeyName[] = ['gatewayEd', 'gatewayRs'];

export const SIGNING_JWKS = { keys: GATEWAY_KEYS.map((name) => KEYS[name].privateJwk) };

/** The issuers, with their keys in files of the folder. */
export function trustedIssuersIn(folder: string): readonly TrustedIssuer[] {
  const jwks = (name: string, keys: readonly KeyName[]) => {
    const file = path.join(folder, name);
    writeFileSync(file, JSON.stringify({ keys: keys.map((key) => KEYS[key].jwk) }));
    return file;
  };
  return [
    {
      issuer: COMPANY,
      audience: [AUDIENCE, OLD_AUDIENCE],
      jwks: jwks('company.json', COMPANY_KEYS),
      algorithms: ['ES256', 'RS256', 'EdDSA'],
    },
    {
      issuer: DELEGATE,
      audience: AUDIENCE,
      jwks: jwks('delegate.json', DELEGATE_KEYS),
      algorithms: ['ES256'],
      acceptActorClaim: true,
    },
  ];
}
