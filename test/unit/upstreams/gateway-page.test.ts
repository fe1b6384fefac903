import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '../../../src/platform/metrics.js';
import { GATEWAY_CONFIG_SCHEMA } from '../../../src/upstreams/config/config-schema.js';

const page = readFileSync(new URL('../../../docs/gateway.md', import.meta.url), 'utf8');
const picture = readFileSync(new URL('../../../docs/images/request-way.svg', import.meta.url), 'utf8');

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly default?: unknown;
}
const schema = z.toJSONSchema(GATEWAY_CONFIG_SCHEMA, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

describe('docs/gateway.md', () => {
  it('has every key of the configuration file, with its default', () => {
    const { upstreams, rules, ...others } = schema.properties ?? {};
    for (const [key, { default: byDefault }] of Object.entries(upstreams?.items?.properties ?? {})) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`upstreams[].${key}\` |`));
      expect(row, key).toBeDefined();
      if (typeof byDefault === 'number' && byDefault < 1_000_000) expect(row).toContain(`| ${byDefault} |`);
    }
    for (const key of Object.keys(rules?.items?.properties ?? {})) expect(page).toContain(`\`${key}\``);
    for (const [key, { default: byDefault }] of Object.entries(others)) {
      expect(page).toContain(`\`${key}\``);
      if (typeof byDefault === 'number') expect(page).toMatch(new RegExp(`\`${key}\` \\| ${byDefault} \\|`));
    }
  });

  it('has every metric of schemas and services, and none that is not there', async () => {
    const text = await createMetrics({ processMetrics: false }).registry.metrics();
    const known = [...text.matchAll(/^# TYPE (gateway_(?:upstream|schema)_\w+) /gm)].map(([, name]) => name ?? '');
    expect(known.length).toBeGreaterThan(8);
    for (const name of known) expect(page).toContain(name);
    for (const [name] of page.matchAll(/gateway_(?:upstream|schema)_\w+/g)) expect(known).toContain(name);
  });

  it('shows a picture that stands alone and is readable on light and dark', () => {
    expect(page).toContain('](images/request-way.svg)');
    expect(picture).toContain('prefers-color-scheme: dark');
    expect(picture).toMatch(/<title[^>]*>.+<\/title>/);
    expect(picture).not.toMatch(/<image|<script|xlink|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });
});
