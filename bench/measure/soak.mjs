import { repeating } from '../load/clients.mjs';
import { residentBytes } from '../load/cpu-time.mjs';
import { generateLoad } from '../load/generator.mjs';
import { graphqlBytes } from '../load/request.mjs';
import { median } from '../report/statistics.mjs';
import { impersonate } from '../workload/impersonate.mjs';
import { ORDERS_QUERY } from '../workload/operations.mjs';
import { ADMINS, CUSTOMER } from '../workload/people.mjs';
import { startFilledGateway } from './filled-gateway.mjs';

const MOST_SECONDS = 3 * 3_600;
const EVERY_MS = 1_000;
const MIB = 1_024 * 1_024;

/** Resident memory of one gateway over very many requests, half of them impersonated. @param plan `.requests`: how many */
export async function measureSoak(plan, means) {
  const { requests, connections, say } = plan;
  const server = await startFilledGateway(0, { ...means, say });
  try {
    const { actorToken } = await impersonate(server.port, await means.minter.mint(ADMINS[0]), CUSTOMER.id, 'READ_ONLY');
    const sessionToken = await means.minter.mint(CUSTOMER);
    const clients = [sessionToken, actorToken].flatMap((token) =>
      repeating(connections / 2, graphqlBytes(token, ORDERS_QUERY.body), ORDERS_QUERY.expected),
    );
    const samples = [];
    let answered = 0;
    const sampling = setInterval(() => {
      const bytes = residentBytes(server.pid);
      if (bytes === null) return;
      samples.push({ answered, mib: bytes / MIB });
      if (samples.length % 15 === 0) say(`${answered} of ${requests} requests, ${Math.round(bytes / MIB)} MiB`);
    }, EVERY_MS);
    const onAnswered = (count) => {
      answered = count;
    };
    const { port, pid } = server;
    await generateLoad({ port, pid, clients, warmUpSeconds: 0, seconds: MOST_SECONDS, most: requests, onAnswered });
    clearInterval(sampling);
    await server.stop();
    if (samples.length < 10) throw new Error('too few readings of the memory: more requests are needed');
    return { requests: answered, samples: thinned(samples), ...verdict(samples, answered) };
  } catch (error) {
    server.kill();
    throw error;
  }
}

/**
 * Growth in the second half: its own second half against its first, medians. From one collection of old memory to the next there
 * are about 100,000 requests and 40 MiB, so both stretches have to hold several.
 */
function verdict(samples, answered) {
  const second = samples.filter((sample) => sample.answered >= answered / 2);
  const middle = Math.floor(second.length / 2);
  const early = medianMib(second.slice(0, middle));
  const late = medianMib(second.slice(middle));
  return { endMib: late, mostMib: Math.max(...samples.map(({ mib }) => mib)), secondHalfGrowthMib: late - early };
}

const medianMib = (samples) => median(samples.map(({ mib }) => mib));

function thinned(samples) {
  const step = Math.max(1, Math.floor(samples.length / 100));
  return samples.filter((_, index) => index % step === 0);
}
