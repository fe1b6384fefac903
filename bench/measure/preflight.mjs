import { createMinter } from '../workload/keys.mjs';
import { CUSTOMER } from '../workload/people.mjs';

const PRIVATE = 'order_00';

/**
 * Before anything is measured: the contender gives the very bytes that all give, and one that is said to check a token refuses
 * what has none and what a stranger signed. @throws Error
 */
export async function preflight(contender, means, strangersKeys) {
  const { port } = means;
  const own = means.credential ?? (await contender.stock?.(means, 1))?.[0] ?? null;
  const right = await post(port, own, contender.operation.body);
  if (right.status !== 200 || right.text.trimEnd() !== contender.operation.expected) {
    throw new Error(`${contender.id} answers ${right.status} ${right.text.slice(0, 500)}`);
  }
  if (contender.checks === 'nothing') return;
  const stranger = await createMinter(strangersKeys.privatePem);
  const algorithm = contender.checks.includes('RS256') ? 'RS256' : 'EdDSA';
  const tokens = [await stranger.mint(CUSTOMER, algorithm), tampered(own)];
  if (!contender.anonymousToo) tokens.push(null);
  for (const token of tokens) {
    const { text } = await post(port, token, contender.operation.body);
    if (text.includes(PRIVATE)) throw new Error(`${contender.id} does not check what it is said to check`);
  }
}

/** The same token, its last bytes of signature replaced. */
const tampered = (token) => `${token.slice(0, -8)}AAAAAAAA`;

async function post(port, token, body) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
