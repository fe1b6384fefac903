import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { KnownMetric } from './known-metrics.js';

/** Labels that Prometheus adds itself. */
const OF_PROMETHEUS = ['instance', 'job', 'le', '__name__'];

/** What is wrong with a PromQL expression over these metrics; empty where nothing is. */
export function faultsOf(expression: string, metrics: readonly KnownMetric[]): string[] {
  const faults: string[] = [];
  const known = seriesOf(metrics);
  const used = new Set<string>();
  const labels: string[] = [];
  const text = (node: SyntaxNode) => expression.slice(node.from, node.to);
  parser.parse(expression).iterate({
    enter({ node, type }) {
      if (type.isError) faults.push(`it cannot be parsed at ${node.from}: ${expression}`);
      if (type.name === 'VectorSelector') {
        const name = node.getChild('Identifier');
        if (name === null) faults.push(`a selector without a metric: ${text(node)}`);
        else if (known.has(text(name)) || text(name) === 'up') {
          const own = [...(known.get(text(name)) ?? []), ...OF_PROMETHEUS];
          const matched = labelsIn(node.getChild('LabelMatchers'), text);
          for (const label of matched) if (!own.includes(label)) faults.push(`${text(name)} has no label ${label}`);
          for (const label of own) used.add(label);
        } else faults.push(`there is no metric ${text(name)}`);
      }
      if (type.name === 'GroupingLabels') labels.push(...labelsIn(node, text));
    },
  });
  for (const label of labels) if (!used.has(label)) faults.push(`nothing in it has the label ${label}`);
  return faults;
}

/** The names of metrics in an expression. */
export function metricsIn(expression: string): string[] {
  const names: string[] = [];
  parser.parse(expression).iterate({
    enter({ node, type }) {
      const name = type.name === 'VectorSelector' ? node.getChild('Identifier') : null;
      if (name !== null) names.push(expression.slice(name.from, name.to));
    },
  });
  return names;
}

/** The series that Prometheus makes of each metric, with their labels. */
function seriesOf(metrics: readonly KnownMetric[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    metrics.flatMap(({ name, type, labels }) => {
      const suffixes =
        type === 'histogram' ? ['_bucket', '_sum', '_count'] : type === 'summary' ? ['', '_sum', '_count'] : [''];
      return suffixes.map((suffix) => [`${name}${suffix}`, labels] as const);
    }),
  );
}

function labelsIn(node: SyntaxNode | null, text: (node: SyntaxNode) => string): string[] {
  const found: string[] = [];
  node?.cursor().iterate(({ node: inner, type }) => {
    if (type.name === 'LabelName') found.push(text(inner));
  });
  return found;
}
