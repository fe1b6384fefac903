import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type GatewayConfig, parseGatewayConfig } from '../../upstreams/config/gateway-config.js';
import { GatewayConfigError } from '../../upstreams/config/gateway-config-error.js';
import { fileErrorCode } from './file-error-code.js';

/**
 * The services behind the gateway, as the file that `GATEWAY_CONFIG` names has them.
 * @throws GatewayConfigError with every problem, the file's absence included.
 */
export async function readGatewayConfig(file: string): Promise<GatewayConfig> {
  return parseGatewayConfig(await textOf(file), path.dirname(file));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new GatewayConfigError([{ path: 'the file', message: `cannot be read (${fileErrorCode(error)})` }]);
  }
}
