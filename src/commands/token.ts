import { openDevelopmentIssuer } from '../app/development.js';
import type { Config } from '../config/index.js';
import { systemClock } from '../platform/clock.js';
import type { Output } from './output.js';

/**
 * `impersonation-gateway token <userId>`: prints a session token of the development issuer and nothing else, so that it can
 * be used in a shell's `$(…)`.
 * @returns the exit code
 */
export async function printToken(
  config: Config,
  userId: string | undefined,
  { stdout, stderr }: Output,
): Promise<number> {
  if (userId === undefined || userId === '') {
    stderr.write('Usage: npm run token -- <userId>      e.g. npm run token -- user_ada\n');
    return 1;
  }
  if (config.production || config.trustedIssuers !== null) {
    stderr.write('There is no development issuer: NODE_ENV is production, or TRUSTED_ISSUERS names others.\n');
    return 1;
  }
  const issuer = await openDevelopmentIssuer(config.dataDir, systemClock);
  const { token } = await issuer.issue(userId);
  stdout.write(`${token}\n`);
  return 0;
}
