import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** The network between one gateway and the store, which has hiccups when it is told to. Nothing is lost but with its connection. */
export interface WayToTheStore {
  /** Leads this way. */
  readonly uri: string;
  /** From now on by lot: bytes come late, stand still for up to 3 s, connections break. */
  begin(): void;
  /** From now on everything passes at once. */
  end(): void;
  close(): Promise<void>;
}

const MOST_LATE_MS = 60;
const MOST_STILL_MS = 3_000;

/** @param uri one plain `mongodb://` address of one server, without TLS. */
export async function openWayToTheStore(uri: string, random: () => number): Promise<WayToTheStore> {
  const { host, hostname, port } = new URL(uri);
  const sockets = new Set<Socket>();
  let hiccups = false;
  /** By performance.now(). */
  let stillUntil = 0;
  let refusing = false;

  function lead(from: Socket, to: Socket): void {
    let before: Promise<unknown> = Promise.resolve();
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      const late = hiccups ? random() * MOST_LATE_MS : 0;
      before = before.then(async () => {
        if (late > 0) await pause(late);
        while (hiccups && performance.now() < stillUntil) await pause(5);
        to.write(chunk);
      });
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      before.then(() => to.destroy());
    });
  }

  const server = createServer((near) => {
    if (refusing) return near.destroy();
    const far = connect(Number(port || 27017), hostname);
    lead(near, far);
    lead(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  async function haveHiccups(): Promise<void> {
    while (hiccups) {
      await pause(200 + random() * 1_500);
      if (!hiccups) return;
      const lot = random();
      if (lot < 0.5) stillUntil = performance.now() + random() * random() * MOST_STILL_MS;
      else if (lot < 0.7) breakAll();
      else if (lot < 0.8) {
        refusing = true;
        breakAll();
        await pause(random() * 800);
        refusing = false;
      }
    }
  }

  const through = new URL(uri);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  through.searchParams.set('directConnection', 'true');
  return {
    uri: through.href.replace(host, through.host),
    begin() {
      if (hiccups) return;
      hiccups = true;
      void haveHiccups();
    },
    end() {
      hiccups = false;
      refusing = false;
    },
    async close() {
      hiccups = false;
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
}
