import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { knownMetrics } from './known-metrics.js';
import { faultsOf, metricsIn } from './promql.js';

const file = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
const metrics = await knownMetrics();

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

const alerts = (parse(file('deploy/prometheus/alerts.yml')) as { groups: { rules: Alert[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);
const dashboard = JSON.parse(file('deploy/grafana/dashboard.json')) as {
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; type: string }[] };
};
/** What Grafana puts in before Prometheus sees it. */
const filledIn = (expr: string) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*');
const runbook = file('docs/runbook.md');
const headings = [...runbook.matchAll(/^## (\w+)$/gm)].map(([, name = '']) => name);

describe('what finds a slip in a query', () => {
  it.each([
    ['gateway_operations_totl', 'there is no metric gateway_operations_totl'],
    ['sum(rate(gateway_operations_total[5m])', 'cannot be parsed'],
    ['gateway_operations_total{kind="x"}', 'gateway_operations_total has no label kind'],
    ['sum by (route) (gateway_operations_total)', 'nothing in it has the label route'],
    ['gateway_http_request_duration_seconds', 'there is no metric gateway_http_request_duration_seconds'],
    ['{job="x"}', 'a selector without a metric'],
  ])('%s', (expr, fault) => {
    expect(faultsOf(expr, metrics).join('; ')).toContain(fault);
  });

  it('finds none where there is none', () => {
    expect(faultsOf('sum by (type) (rate(gateway_operations_total{identity="direct"}[5m])) > 0', metrics)).toEqual([]);
  });
});

describe('the alerts', () => {
  it.each(alerts)(
    '$alert asks for what there is, says for how long and how urgent, and leads to its runbook',
    (alert) => {
      expect(faultsOf(alert.expr, metrics)).toEqual([]);
      expect(alert.for).toMatch(/^\d+[smh]$/);
      expect(alert.labels.severity).toMatch(/^(page|ticket)$/);
      expect(alert.annotations.summary).toMatch(/^\p{Lu}.*\.$/u);
      expect(alert.annotations.description).toBeTruthy();
      expect(alert.annotations.runbook_url).toBe(`docs/runbook.md#${alert.alert.toLowerCase()}`);
    },
  );

  it('are those of the runbook, in its order, each once', () => {
    expect(headings).toEqual(alerts.map(({ alert }) => alert));
    expect(new Set(headings).size).toBe(headings.length);
  });

  it('watch over everything that says of itself that it is an alarm', () => {
    const watched = new Set(alerts.flatMap(({ expr }) => metricsIn(expr)));
    const alarming = metrics.filter(({ help }) => help.includes('is an alarm')).map(({ name }) => name);
    expect(alarming.length).toBeGreaterThan(4);
    expect(alarming.filter((name) => !watched.has(name))).toEqual([]);
  });

  it('name in the runbook no metric that there is not', () => {
    const names = [...runbook.matchAll(/`(gateway_\w+)/g)].map(([, name = '']) => name);
    expect(names.filter((name) => !metrics.some((metric) => metric.name === name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  it('has its rows, a stable uid and a data source to be chosen', () => {
    expect(dashboard.uid).toBe('impersonation-gateway');
    expect(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'At a glance',
      'Traffic',
      'Identity and refusals',
      'Protection',
      'Impersonation',
      'Trail health',
      'Upstreams',
      'Process',
    ]);
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    const sources = panels.flatMap((panel) => [panel.datasource, ...(panel.targets ?? []).map((t) => t.datasource)]);
    for (const source of sources) expect(source?.uid).toBe(['$', '{datasource}'].join(''));
  });

  it.each(panels)('$title asks for what there is', ({ targets = [] }) => {
    expect(targets.length).toBeGreaterThan(0);
    for (const { expr } of targets) expect(faultsOf(filledIn(expr), metrics), expr).toEqual([]);
  });

  it('has no two panels of one id, or in one place', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const taken = new Set<string>();
    for (const { gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`)).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  it('shows every metric of the gateway', () => {
    const shown = new Set(
      panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsIn(filledIn(expr)))),
    );
    const own = metrics.filter(({ name }) => name.startsWith('gateway_'));
    const isShown = (name: string) => [name, `${name}_bucket`, `${name}_sum`].some((series) => shown.has(series));
    expect(own.map(({ name }) => name).filter((name) => !isShown(name))).toEqual([]);
  });
});
