import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownMetrics } from './known-metrics.js';

const PAGE = new URL('../../../docs/metrics.md', import.meta.url);
const HOW = 'docs/metrics.md is not what the registry says. UPDATE_DOCS=1 npx vitest run test/unit/operations';
const HEAD = '| metric | type | labels | what it says |\n|---|---|---|---|\n';

const metrics = (await knownMetrics()).filter(({ name }) => name.startsWith('gateway_'));

function table(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  return [...metrics]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, type, labels, help }) => {
      const named = labels.map((label) => `\`${label}\``).join(', ');
      return `| \`${name}\` | ${type} |${named === '' ? '' : ` ${named}`} | ${cell(help)} |\n`;
    })
    .join('');
}

function page(): { before: string; rows: string } {
  const text = readFileSync(PAGE, 'utf8');
  const at = text.indexOf(HEAD);
  if (at === -1) throw new Error('the page has no table of metrics');
  return { before: text.slice(0, at + HEAD.length), rows: text.slice(at + HEAD.length) };
}

describe('docs/metrics.md', () => {
  it('lists every metric of the gateway with type, labels and meaning, and nothing else', () => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(PAGE, `${page().before}${table()}`);
    expect(page().rows, HOW).toBe(table());
  });
});

describe('the metrics', () => {
  it.each(metrics)('$name is named by the conventions of Prometheus, and says what it is in a sentence', (metric) => {
    const { name, type, help, labels } = metric;
    expect(name).toMatch(/^gateway_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|kb|count|sum|bucket)$/);
    expect(help).toMatch(/^\p{Lu}.{10,}\.$/u);
    for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
  });

  it('know nobody: no label says who', () => {
    const labels = new Set(metrics.flatMap((metric) => metric.labels));
    const allowed = [
      'type',
      'identity',
      'outcome',
      'code',
      'event',
      'kind',
      'upstream',
      'route',
      'status',
      'operation',
      'limit',
      'transport',
    ];
    expect([...labels].filter((label) => ![...allowed, 'verify', 'version'].includes(label))).toEqual([]);
  });
});
