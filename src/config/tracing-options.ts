import { isIP } from 'node:net';
import { list, type Parsed } from './option.js';

/** `OTEL_TRACES_SAMPLER`, by the OpenTelemetry specification. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Where traces are sent, and which. */
export interface TracingConfig {
  readonly endpoint: string;
  /** Secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly sampler: (typeof SAMPLERS)[number];
  /** From 0 to 1. */
  readonly samplerRatio: number;
  /** Addresses and networks whose `traceparent` is believed. */
  readonly callers: readonly string[];
}

/** A field name of HTTP (RFC 9110 §5.1). */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** `name=value` pairs, percent-encoded as in W3C Baggage; no message quotes a value. */
export function parseOtlpHeaders(text: string): Parsed<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)).trim();
    if (at === -1 || !NAME.test(name)) return { problem: 'must be a list of name=value, separated by commas' };
    try {
      headers[name] = decodeURIComponent(pair.slice(at + 1).trim());
    } catch {
      return { problem: `has a value for ${name} that is not percent-encoded` };
    }
    if (!/^[\x20-\x7e]*$/.test(headers[name])) return { problem: `has a value for ${name} that no header can have` };
  }
  return { value: Object.freeze(headers) };
}

/** A number from 0 to 1. */
export function ratio(text: string): Parsed<number> {
  const value = /^(0|1|0?\.\d{1,9}|0\.\d{1,9}|1\.0*)$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 1 ? { value } : { problem: 'must be a number from 0 to 1' };
}

/** Comma-separated addresses, and networks by CIDR. */
export const parseNetworks = list((network) => {
  const [address = '', length, ...rest] = network.split('/');
  const family = isIP(address);
  const longest = family === 6 ? 128 : 32;
  const isLength = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= longest);
  return family !== 0 && isLength && rest.length === 0 ? null : `"${network}" is no address and no network`;
});
