import path from 'node:path';
import type { Config } from '../config/index.js';
import { demoCast } from '../development/demo-users.js';
import type { Route } from '../http/edge.js';
import { createBannerRoute } from '../http/routes/banner.js';
import {
  consoleHeaders,
  consoleIsMissing,
  createConsoleRoute,
  redirectToConsole,
  withHeaders,
} from '../http/routes/console.js';
import { createConsoleConfigRoute } from '../http/routes/console-config.js';
import { readStaticFile, readStaticFiles } from '../http/static/read-files.js';
import type { Logger } from '../platform/logger.js';
import { PACKAGE_ROOT } from './package-root.js';

/** Where the build puts what browsers load. */
export const WEB_FOLDER: string = path.join(PACKAGE_ROOT, 'dist', 'web');

export interface WebParts {
  readonly config: Config;
  /** The folder of the built files. */
  readonly folder: string;
  /** Whether `POST /dev/session` signs the demo people in. */
  readonly demo: boolean;
  /** Whether the example shop is served. */
  readonly example: boolean;
  readonly logger: Logger;
}

const METHODS = ['GET', 'HEAD'];

/** Reads what was built for browsers and says what of it is served where. What was not built is said in the log. */
export async function openWebRoutes(parts: WebParts): Promise<readonly Route[]> {
  return [...(await openBanner(parts)), ...(await openConsole(parts))];
}

async function openBanner({ folder }: WebParts): Promise<readonly Route[]> {
  const file = await readStaticFile(folder, 'impersonation-banner.js');
  if (file === null) return [];
  return [{ path: '/banner/impersonation-banner.js', methods: METHODS, handle: createBannerRoute(file) }];
}

async function openConsole({ config, folder, demo, example, logger }: WebParts): Promise<readonly Route[]> {
  if (config.console === null) return [];
  const files = await readStaticFiles(path.join(folder, 'console'));
  const page = files.get('index.html');
  if (page === undefined)
    logger.warn('the console is not served: it is not built; CONSOLE=off says that it is not wanted');
  const { oidc } = config.console;
  const headers = consoleHeaders(oidc === null ? null : new URL(oidc.issuer).origin, config.cspReportUri);
  const below = page === undefined ? consoleIsMissing : createConsoleRoute(files, page);
  const { defaultSeconds, maxSeconds } = config.durations;
  const about = createConsoleConfigRoute({
    production: config.production,
    demoUsers: demo && !config.production ? demoCast() : null,
    oidc,
    impersonation: { defaultSeconds, maxSeconds },
    example,
  });
  return [
    { path: '/console', methods: METHODS, handle: withHeaders(headers, redirectToConsole) },
    { path: '/console/config.json', methods: METHODS, handle: withHeaders(headers, about) },
    { path: '/console/*', methods: METHODS, handle: withHeaders(headers, below) },
  ];
}
