import { Counter, Histogram, type Registry } from 'prom-client';

/** What the limits of documents tell. */
export interface DocumentMetrics {
  /** A document was refused before any of it ran. @param limit by its name in `extensions.limit`, `tokens` or `trustedDocuments` */
  refused(limit: string): void;
  /** What an operation costs that was let through; told the first times that it comes. */
  cost(cost: number): void;
}

export function createDocumentMetrics(registry: Registry): DocumentMetrics {
  const registers = [registry];
  const refused = new Counter({
    name: 'gateway_graphql_documents_refused_total',
    help: 'GraphQL documents that were refused before any of it ran, by the limit that they were beyond.',
    labelNames: ['limit'],
    registers,
  });
  const costs = new Histogram({
    name: 'gateway_graphql_operation_cost',
    help: 'What operations cost that were within the limits; of those that come again the first times only.',
    buckets: [1, 10, 50, 100, 500, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000],
    registers,
  });
  return {
    refused: (limit) => refused.inc({ limit }),
    cost: (cost) => costs.observe(cost),
  };
}
