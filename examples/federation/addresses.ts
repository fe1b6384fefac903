import { readFileSync } from 'node:fs';
import { filePath } from './file-path.js';
import { HOST } from './service.js';

export const NAMES = ['orders', 'products', 'reviews', 'help'] as const;
export type Name = (typeof NAMES)[number];

const FIRST_PORT = 4101;

/** Where a service listens if nothing else is said, and where gateway.yaml looks for it. */
export function defaultPort(name: Name): number {
  return FIRST_PORT + NAMES.indexOf(name);
}

/** gateway.yaml, with the services where they really are. */
export function gatewayYaml(urls: Readonly<Record<Name, string>>): string {
  const example = readFileSync(filePath('gateway.yaml'), 'utf8');
  return NAMES.reduce((text, name) => text.replace(`http://${HOST}:${defaultPort(name)}/graphql`, urls[name]), example);
}
