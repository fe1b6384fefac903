import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startGatewayProcess, temporaryFolder } from '../support/gateway-process.js';

/** Fails in the middle of a running gateway, as a host module with a mistake in a timer of its own would. */
const MISTAKE = `
const mistake = () => new Error('no mongodb://gateway:hunter2@db today');
process.on('SIGUSR2', () => setTimeout(() => { throw mistake(); }, 1));
process.on('SIGURG', () => void Promise.reject(mistake()));
`;

it.each([
  ['SIGUSR2', 'uncaughtException'],
  ['SIGURG', 'unhandledRejection'],
] as const)(
  'an error that nobody caught (%s) ends the gateway with 1, and is one line of the log without secrets',
  async (signal, event) => {
    const folder = await temporaryFolder();
    const mistake = path.join(folder.path, 'mistake.mjs');
    await writeFile(mistake, MISTAKE);
    const gateway = await startGatewayProcess(folder.path, { NODE_OPTIONS: `--import=${mistake}` });
    process.kill(gateway.pid, signal);
    await gateway.said('stdout', /(an error that nobody caught)/);
    const { code, stdout, stderr } = await gateway.stop();
    expect(code).toBe(1);
    const lines = stdout.split('\n').filter((line) => line.includes('nobody caught'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'fatal',
      event,
      err: { type: 'Error', message: expect.stringContaining('today'), stack: expect.stringContaining('mistake.mjs') },
    });
    expect(stderr).toContain('mistake.mjs');
    expect(stdout + stderr).not.toContain('hunter2');
    await folder.remove();
  },
);
