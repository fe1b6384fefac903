import { importSPKI, jwtVerify } from 'jose';

/** The token of an `Authorization` header, or null. */
export function bearer(header) {
  return header?.startsWith('Bearer ') ? header.slice(7) : null;
}

/** Verifies with jose at each call, as its documentation shows: signature, issuer, audience, times. */
export async function createJoseVerifier({ eddsaPem, issuer, audience }) {
  const key = await importSPKI(eddsaPem, 'EdDSA');
  return async (token) => {
    const { payload } = await jwtVerify(token, key, { issuer, audience, algorithms: ['EdDSA'] });
    return payload;
  };
}
