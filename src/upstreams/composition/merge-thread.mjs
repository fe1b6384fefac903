// The other side of merge-aside.ts, in a thread of its own. JavaScript, since a thread is given a file, in the sources as in the build.
import { parentPort } from 'node:worker_threads';
import { composeServices } from '@theguild/federation-composition';

/** @type {{ name: string, typeDefs: import('graphql').DocumentNode }[]} */
const services = [];

parentPort?.on('message', (message) => {
  if (message !== null) {
    services.push(message);
    return;
  }
  const { supergraphSdl, publicSdl, errors = [] } = composeServices(services);
  parentPort?.postMessage({ supergraphSdl, publicSdl, problems: errors.map((error) => error.message) });
});
