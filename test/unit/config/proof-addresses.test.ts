import { expect, it } from 'vitest';
import { proofAddresses } from '../../../src/app/proof-addresses.js';
import { type Environment, readConfig } from '../../../src/config/index.js';

const addresses = (environment: Environment, url = 'http://127.0.0.1:4000') => {
  const config = readConfig(environment);
  return proofAddresses(config, config.publicUrl ?? url);
};

it('a proof may name the public address, in its one spelling, and no other', () => {
  expect(addresses({ PUBLIC_URL: 'https://Gateway.example:443/' })).toEqual(['https://gateway.example']);
  expect(addresses({ PUBLIC_URL: 'https://gateway.example/below/' })).toEqual(['https://gateway.example/below']);
});

it('a proof may name the other addresses that are configured', () => {
  const environment = {
    PUBLIC_URL: 'https://gateway.example',
    DPOP_PUBLIC_URLS: 'http://gateway.internal:4000/, https://gateway.example/',
  };
  expect(addresses(environment)).toEqual(['https://gateway.example', 'http://gateway.internal:4000']);
});

it('a proof may name this machine by each of its names in development, where no address is configured', () => {
  const local = ['http://localhost:4321', 'http://127.0.0.1:4321', 'http://[::1]:4321'];
  expect(new Set(addresses({}, 'http://127.0.0.1:4321'))).toEqual(new Set(local));
  expect(addresses({}, 'http://0.0.0.0:4321')).toEqual(['http://0.0.0.0:4321', ...local]);
});
