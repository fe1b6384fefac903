import { afterAll, beforeAll, describe } from 'vitest';
import { type GatewayProcess, startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';
import { UNMODIFIED_CLIENTS } from '../support/graphql-clients.js';
import { tellStory } from './story.js';

describe.each(UNMODIFIED_CLIENTS)('the story of the contract, told by $name', (client) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    folder = await temporaryFolder();
    gateway = await startGatewayProcess(folder.path);
  });

  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  tellStory(client, () => ({ origin: gateway.url, signIn: (userId) => gateway.signIn(userId) }));
});
