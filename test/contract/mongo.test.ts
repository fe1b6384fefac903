import { describe, it } from 'vitest';
import { createMongoStore, type MongoStore } from '../../src/stores/mongo/index.js';
import { findMongoPeers } from '../support/mongo-peer.js';
import { describeMongoDocuments } from './mongo-documents.js';
import { describeMongoDurability } from './mongo-durability.js';
import { describeMongoOpening } from './mongo-opening.js';
import { describeMongoOutages } from './mongo-outages.js';
import { describeMongoPlans } from './mongo-plans.js';
import { describeMongoSeals } from './mongo-seals.js';
import { MONGO_TIMEOUT_MS, type MongoSetting, runningMongo } from './mongo-setting.js';
import { describeMongoUsers } from './mongo-users.js';
import { describeMongoWatching } from './mongo-watching.js';
import { describeStoreContract, type OpenedStore } from './store-contract.js';

const kinds = await findMongoPeers();
console.log(`The MongoDB tests run against: ${kinds.map(({ name }) => name).join(', ') || 'NOTHING'}`);

for (const kind of kinds) {
  describe(`MongoDB store on ${kind.name}`, { timeout: MONGO_TIMEOUT_MS }, () => {
    const setting = runningMongo(kind);
    const oneConnection = kind.lacks['atomic-updates'];
    if (oneConnection !== undefined) {
      setting.notRun.push({ guarantee: 'races between two replicas, over many connections', reason: oneConnection });
    }
    const noChangeStreams = kind.lacks['change-streams'];
    if (noChangeStreams !== undefined) {
      setting.notRun.push({ guarantee: 'tells of what others have written', reason: noChangeStreams });
    }
    describeStoreContract(`mongodb on ${kind.name}`, () => openedStore(setting), {
      timeoutMs: MONGO_TIMEOUT_MS,
      cannotWatch: noChangeStreams !== undefined,
    });
    describeMongoDocuments(setting);
    describeMongoSeals(setting);
    describeMongoUsers(setting);
    describeMongoPlans(setting);
    describeMongoDurability(setting);
    describeMongoOutages(setting);
    describeMongoOpening(setting);
    describeMongoWatching(setting);
  });
}

if (kinds.length === 0) {
  it('the store in MongoDB was tested', ({ skip }) => {
    // Reported as not run on a developer's machine; where a build must not go on without these tests, a failure.
    if (process.env.CI !== undefined) throw new Error('no MongoDB-compatible server could be had');
    skip('no MongoDB-compatible server could be had');
  });
}

async function openedStore(setting: MongoSetting): Promise<OpenedStore> {
  const database = setting.freshName();
  const openStore = async (): Promise<MongoStore> => {
    const store = createMongoStore({ uri: setting.peer().uri, database });
    await store.open();
    return store;
  };
  let current = await openStore();
  return {
    get store() {
      return current;
    },
    async reopen() {
      await current.close();
      current = await openStore();
      return current;
    },
    ...(setting.kind.lacks['atomic-updates'] === undefined && { replica: openStore }),
    async close() {
      await current.close();
      await setting.discard(database);
    },
  };
}
