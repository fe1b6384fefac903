import type { AuditFilter } from '../../trail/filter/audit-filter.js';
import { filterParameters } from '../../trail/filter/filter-in-url.js';

/** What the gateway exports, in the order of the buttons. */
export const EXPORT_FORMATS = [
  { format: 'ndjson', name: 'NDJSON', use: 'every byte, for a check of the record' },
  { format: 'csv', name: 'CSV', use: 'for a spreadsheet' },
  { format: 'ecs', name: 'ECS', use: 'Elastic Common Schema, for a SIEM' },
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number]['format'];

/** Where to get it. No credential is in it: that goes in a header. */
export function exportUrl(path: string, format: ExportFormat, filter: AuditFilter): string {
  return `${path}?${new URLSearchParams([['format', format], ...filterParameters(filter)])}`;
}

/** The name the gateway gives the file, or one like it. Nothing of a path is taken from outside. */
export function fileNameOf(disposition: string | null, format: ExportFormat): string {
  const named = /filename="([\w.-]{1,120})"/.exec(disposition ?? '')?.[1];
  return named !== undefined && !named.startsWith('.') ? named : `audit-trail.${format === 'csv' ? 'csv' : 'ndjson'}`;
}

/** A part says in its name that it is one. */
export function incompleteName(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? `${name}-INCOMPLETE` : `${name.slice(0, dot)}-INCOMPLETE${name.slice(dot)}`;
}
