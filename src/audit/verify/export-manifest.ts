/** What an export says of itself in its last line. */
export interface ExportManifest {
  /** Events are left out. */
  readonly partial: boolean;
}

/** The manifest in a line `{"manifest": {…, "partial": …}}` of an export; null where the line is none. */
export function parseManifest(line: string): ExportManifest | null {
  if (!line.startsWith('{"manifest":')) return null;
  try {
    const parsed: { manifest?: unknown } = JSON.parse(line);
    const { manifest } = parsed;
    if (JSON.stringify(parsed) !== line || Object.keys(parsed).length !== 1) return null;
    if (typeof manifest !== 'object' || manifest === null || !('partial' in manifest)) return null;
    return typeof manifest.partial === 'boolean' ? { partial: manifest.partial } : null;
  } catch {
    return null;
  }
}
