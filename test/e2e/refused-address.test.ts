import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/gateway-process.js';
import { refusedStart, SECRET } from '../support/refused-start.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await folder.remove();
});

describe('an address that cannot be listened on', () => {
  it('is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      const { stderr } = await refusedStart(folder.path, { PORT: String(port) });
      expect(stderr).toContain(`127.0.0.1:${port}`);
    } finally {
      other.close();
    }
  });

  it('is not this machine’s', async () => {
    // TEST-NET-1 (RFC 5737): nobody’s.
    expect((await refusedStart(folder.path, { HOST: '192.0.2.1' })).stderr).toContain('192.0.2.1');
  });

  it('has no such name', async () => {
    expect((await refusedStart(folder.path, { HOST: 'gateway.invalid' })).stderr).toContain('gateway.invalid');
  });
});

describe('a MongoDB that cannot be had', () => {
  it('does not answer: the start gives up within seconds', async () => {
    const { stderr, afterMs } = await refusedStart(folder.path, {
      MONGODB_URI: `mongodb://root:${SECRET}@127.0.0.1:1/?authSource=admin`,
    });
    expect(stderr).toContain('MongoDB');
    expect(stderr).not.toContain('root');
    expect(afterMs).toBeLessThan(15_000);
  });

  it('takes connections and never says a word', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      const { stderr } = await refusedStart(folder.path, {
        MONGODB_URI: `mongodb://root:${SECRET}@127.0.0.1:${port}/`,
      });
      expect(stderr).toContain('MongoDB');
    } finally {
      silent.close();
    }
  });

  it('has an address that is malformed', async () => {
    const { stderr } = await refusedStart(folder.path, { MONGODB_URI: `mongodb://root:${SECRET}@host:port:27017/` });
    expect(stderr).toContain('MONGODB_URI');
  });
});
