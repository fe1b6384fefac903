import { generateLoad } from './generator.mjs';

const TOLERATED_SHARE = 0.05;
/** After so many measurements in a row that no repetition made quiet, repeating is given up: the machine is simply in use. */
const MOST_IN_VAIN = 3;

let inVain = 0;

/**
 * Measures, and measures again where somebody else took more than a twentieth of the server's core, as often as `tries` says; the
 * least disturbed counts. The same for every contender.
 * @param {{ makeClients: () => object[] | Promise<object[]>, tries: number, say: (text: string) => void }} options besides what
 *   the generator takes
 */
export async function undisturbedLoad({ makeClients, tries, say, ...options }) {
  const most = inVain >= MOST_IN_VAIN ? 1 : tries;
  let best = null;
  for (let attempt = 1; attempt <= most; attempt += 1) {
    const result = await generateLoad({ ...options, clients: await makeClients() });
    if (best === null || result.othersShare < best.othersShare) best = result;
    if (best.othersShare === null || best.othersShare <= TOLERATED_SHARE) {
      inVain = 0;
      return best;
    }
    if (attempt < most) say(`  others took ${Math.round(result.othersShare * 100)} % of the core: again`);
  }
  if (tries > 1) inVain += 1;
  if (inVain === MOST_IN_VAIN) say('*** THE MACHINE IS IN USE BY OTHERS: measuring on without repeating. ***');
  return best;
}
