import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../src/errors/index.js';
import { askExport } from '../support/export-request.js';
import { type ExportSetting, exportSetting } from '../support/export-setting.js';
import type { RunningGateway } from '../support/running-gateway.js';

let setting: ExportSetting;
let gateway: RunningGateway;

beforeAll(async () => {
  setting = await exportSetting();
  gateway = setting.gateway;
});

afterAll(async () => {
  await setting.clear();
});

describe('an export that goes wrong', () => {
  afterEach(() => setting.undisturbed());

  it('does not begin where it cannot be recorded', async () => {
    setting.stopWriting();
    const { status, codes, headers } = await setting.exported();
    expect({ status, codes }).toEqual({ status: 503, codes: ['AUDIT_UNAVAILABLE'] });
    expect(headers['content-disposition']).toBeUndefined();
  });

  it('is a plain refusal where the store does not answer at all', async () => {
    setting.endlessExports(() => Promise.reject(new StoreUnavailableError('down')));
    const { status, codes } = await setting.exported();
    expect({ status, codes }).toEqual({ status: 503, codes: ['UPSTREAM_UNAVAILABLE'] });
  });

  it('is cut, never ended, where the store fails in the middle, and the log says so', async () => {
    const failAfterThree = async (before: number) => {
      if (before === 3) throw new StoreUnavailableError('gone in the middle');
    };
    setting.endlessExports(failAfterThree);
    const answer = await setting.exported();
    expect({ status: answer.status, isCut: answer.isCut }).toEqual({ status: 200, isCut: true });
    expect(gateway.logged()).toContain('an export of the audit trail was cut off in the middle');
  });

  it('does not begin over HTTP/1.0, where a part of it would look like the whole', async () => {
    const answer = await overHttp10(await gateway.token('user_audrey'));
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('BAD_USER_INPUT');
  });

  it('is cut where the right to it is lost in the middle', async () => {
    setting.endlessExports(async (before) => {
      if (before === 3) gateway.people.change('user_audrey', { roles: ['USER'] });
      if (before >= 3) await pause(400);
    });
    try {
      expect(await setting.exported()).toMatchObject({ status: 200, isCut: true });
    } finally {
      gateway.people.change('user_audrey', { roles: ['AUDITOR'] });
    }
  });

  it('reads no more than a slow client takes, and nothing once it has gone', async () => {
    let pages = 0;
    setting.endlessExports(async () => {
      pages += 1;
    });
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    try {
      socket.write(
        `GET /audit/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${await gateway.token('user_audrey')}\r\n\r\n`,
      );
      await settled(() => pages);
      const whileWaiting = pages;
      expect(whileWaiting).toBeGreaterThan(0);
      // The socket's own buffers hold some; an export of an endless trail would have gone through thousands.
      expect(whileWaiting).toBeLessThan(200);
      socket.destroy();
      await settled(() => pages);
      expect(pages).toBeLessThanOrEqual(whileWaiting + 1);
    } finally {
      socket.destroy();
    }
  });
});

/** Waits until a number stays what it is for a while. */
async function settled(read: () => number): Promise<void> {
  for (let last = -1; last !== read(); ) {
    last = read();
    await pause(300);
  }
}

/** What a client of HTTP/1.0 is answered. */
async function overHttp10(bearer: string): Promise<string> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.write(`GET /audit/export HTTP/1.0\r\nAuthorization: Bearer ${bearer}\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

it('a stop cuts an export that is under way within its time, so that the client notices', async () => {
  const other = await exportSetting();
  other.endlessExports(async () => undefined);
  let begun = () => {};
  const answering = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const { url } = other.gateway;
  const answer = askExport(url, await other.gateway.token('user_ada'), { onAnswer: () => begun() });
  await answering;
  await other.clear();
  expect((await answer).isCut).toBe(true);
  expect(other.gateway.logged()).toContain('exports of the audit trail are cut by the stop');
});
