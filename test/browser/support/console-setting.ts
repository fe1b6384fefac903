import type { BrowserContext } from 'playwright-core';
import {
  type GatewayProcess,
  type Settings,
  startGatewayProcess,
  temporaryFolder,
} from '../../support/gateway-process.js';
import { launchChromium } from './chromium.js';

/** A gateway process of its own and a browser beside it. */
export interface ConsoleSetting {
  readonly gateway: GatewayProcess;
  /** A person: nothing is shared with the others, as between two machines. */
  person(
    options?: Parameters<Awaited<ReturnType<typeof launchChromium>>['browser']['newContext']>[0],
  ): Promise<BrowserContext>;
  stop(): Promise<void>;
}

/** Starts both. What one test left open is closed with the setting. */
export async function startConsoleSetting(executable: string, environment: Settings = {}): Promise<ConsoleSetting> {
  const folder = await temporaryFolder();
  const gateway = await startGatewayProcess(folder.path, { IMPERSONATION_STARTS_PER_MINUTE: '1000', ...environment });
  const chromium = await launchChromium(executable);
  return {
    gateway,
    async person(options) {
      const context = await chromium.browser.newContext({
        locale: 'en-GB',
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
        viewport: { width: 1280, height: 800 },
        ...options,
      });
      context.setDefaultTimeout(30_000);
      return context;
    },
    async stop() {
      await chromium.close();
      await gateway.stop();
      await folder.remove();
    },
  };
}
