import { undisturbedLoad } from '../load/undisturbed.mjs';

/**
 * A B, B A, A B, …: two or more loads in turn against servers that run already.
 * @param {Record<string, { server: { port: number, pid: number }, clients: () => Promise<object[]> | object[] }>} sides
 * @returns {Promise<Record<string, object[]>>}
 */
export async function alternate(sides, plan) {
  const { rounds, seconds, warmUpSeconds, firstWarmUpSeconds, tries, say } = plan;
  const results = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    const names = round % 2 === 0 ? Object.keys(sides) : Object.keys(sides).reverse();
    for (const name of names) {
      const { server, clients } = sides[name];
      const result = await undisturbedLoad({
        port: server.port,
        pid: server.pid,
        makeClients: clients,
        warmUpSeconds: round === 0 ? firstWarmUpSeconds : warmUpSeconds,
        seconds,
        tries,
        say,
      });
      results[name].push(result);
      say(`pair ${round + 1}/${rounds}  ${name.padEnd(22)} ${Math.round(result.perSecond)} /s`);
    }
  }
  return results;
}
