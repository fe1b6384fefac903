import { Button, IconButton } from '../../ui/button.js';
import { CrossIcon } from '../../ui/icons.js';
import { Failure } from '../../ui/states.js';
import { bytesInWords } from './bytes-in-words.js';
import { EXPORT_FORMATS } from './export-order.js';
import type { Exporting } from './use-export.js';

export interface ExportButtonsProps {
  readonly exporting: Exporting;
  readonly isFiltered: boolean;
}

/** One button for each format. */
export function ExportButtons({ exporting, isFiltered }: ExportButtonsProps) {
  const isRunning = exporting.export.state === 'running';
  return (
    <fieldset className="button-row" aria-label={isFiltered ? 'Export what matches' : 'Export the whole trail'}>
      <span className="muted">{isFiltered ? 'Export what matches:' : 'Export everything:'}</span>
      {EXPORT_FORMATS.map(({ format, name, use }) => (
        <Button
          key={format}
          isDisabled={isRunning}
          aria-label={`Export as ${name}: ${use}`}
          onPress={() => exporting.begin(format)}
        >
          {name}
        </Button>
      ))}
    </fieldset>
  );
}

/** How far an export is and what came of it. */
export function ExportView({ exporting }: { readonly exporting: Exporting }) {
  const { export: shown } = exporting;
  switch (shown.state) {
    case 'none':
      return null;
    case 'running':
      return (
        <section className="card note-row" aria-label="Export">
          <p>
            Exporting {shown.format.toUpperCase()}: <span className="numeric">{bytesInWords(shown.bytes)}</span> so far.
            How much it will be is not known before the end.
          </p>
          <Button onPress={exporting.cancel}>Cancel</Button>
        </section>
      );
    case 'done':
      return (
        <section className="card note-row" aria-label="Export">
          <p>
            <span className="strong">Complete:</span> {shown.name}, {bytesInWords(shown.bytes)}.{' '}
            {shown.isPartial ? 'It holds what matches the filter, and says so of itself. ' : null}
            The export is itself on record.
          </p>
          <IconButton label="Dismiss" onPress={exporting.dismiss}>
            <CrossIcon />
          </IconButton>
        </section>
      );
    case 'cut':
      return (
        <section className="failure" role="alert" aria-label="Export">
          <div>
            <p className="failure-title">The export is incomplete.</p>
            <p>
              It was cut off after {bytesInWords(shown.part.size)}: the connection was lost, or you may not read the
              trail any more. Nothing was saved. Do not take a part for the whole.
            </p>
            <div className="button-row">
              {shown.part.size === 0 ? null : (
                <Button onPress={exporting.savePart}>Save the part, named INCOMPLETE</Button>
              )}
              <Button onPress={exporting.dismiss}>Dismiss</Button>
            </div>
          </div>
        </section>
      );
    case 'failed':
      return <Failure error={shown.error} />;
  }
}
