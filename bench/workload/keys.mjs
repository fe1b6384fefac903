import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, importPKCS8, SignJWT } from 'jose';

/** The identity provider of the benchmark: every contender trusts these two keys and nothing else. */
export const ISSUER = 'https://issuer.example.com';
export const AUDIENCE = 'https://bench.example.com';

/**
 * @returns the public halves in the forms the servers want them, and the private ones for minting.
 */
export async function createKeys() {
  const [eddsa, rs256] = await Promise.all([
    generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true }),
    generateKeyPair('RS256', { modulusLength: 2048, extractable: true }),
  ]);
  const jwk = { ...(await exportJWK(eddsa.publicKey)), kid: 'bench-eddsa', alg: 'EdDSA', use: 'sig' };
  return {
    trust: {
      issuer: ISSUER,
      audience: AUDIENCE,
      jwks: { keys: [jwk] },
      eddsaPem: await exportSPKI(eddsa.publicKey),
      rs256Pem: await exportSPKI(rs256.publicKey),
    },
    privatePem: { EdDSA: await exportPKCS8(eddsa.privateKey), RS256: await exportPKCS8(rs256.privateKey) },
  };
}

/**
 * Mints session tokens of the one issuer.
 * @param {{ EdDSA: string, RS256: string }} privatePem
 */
export async function createMinter(privatePem) {
  const keys = {
    EdDSA: await importPKCS8(privatePem.EdDSA, 'EdDSA'),
    RS256: await importPKCS8(privatePem.RS256, 'RS256'),
  };
  let made = 0;
  return {
    /** A token valid for a day; no two are alike. Roles stand in it for the servers that have no directory. */
    mint(person, algorithm = 'EdDSA') {
      made += 1;
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({ roles: person.roles, sid: `sess_${made}`, auth_time: now })
        .setProtectedHeader({ alg: algorithm, kid: `bench-${algorithm.toLowerCase()}`, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(person.id)
        .setJti(`bench-${made}`)
        .setIssuedAt(now)
        .setNotBefore(now - 5)
        .setExpirationTime(now + 86_400)
        .sign(keys[algorithm]);
    },
  };
}
