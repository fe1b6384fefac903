import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import type { AuditExporter } from '../../../src/audit/export/exporter.js';
import { createAuditExportRoute } from '../../../src/http/routes/audit-export.js';
import { collectedLog } from '../audit/drafts.js';
import { direct, person } from '../policy/people.js';

it('an export whose client takes nothing is cut after a while, and reads no further', async () => {
  const { logger, lines } = collectedLog();
  let pieces = 0;
  let ended = false;
  async function* endless() {
    try {
      for (; ; pieces += 1) yield 'x'.repeat(1_000_000);
    } finally {
      ended = true;
    }
  }
  const exporter: AuditExporter = {
    begin: async () => ({ begunAt: 0, pieces: endless() }),
    refused: async () => undefined,
  };
  const auditor = direct(person('user_audrey', ['AUDITOR']));
  const route = createAuditExportRoute({
    exporter,
    resolveIdentity: async () => ({ identity: auditor, unconfirmed: null }),
    logger,
    stallMs: 100,
  });
  const server = createServer((req, res) => {
    const facts = { id: 'request', ipAddress: null, userAgent: null, traceparent: null };
    void route.handle({ req, res, path: '/audit/export', search: '', facts, common: [] });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  try {
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => server.on('connection', (one) => one.on('close', resolve)));
    socket.write('GET /audit/export HTTP/1.1\r\nHost: x\r\n\r\n');
    await closed;
    expect(ended).toBe(true);
    expect(pieces).toBeLessThan(100);
    expect(lines.join('')).toContain('the client took nothing for 100 ms');
  } finally {
    socket.destroy();
    server.close();
  }
});
