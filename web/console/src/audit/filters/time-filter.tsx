import { useEffect, useId, useState } from 'react';
import { fromLocal, toLocal, zoneInWords } from '../../trail/filter/moment.js';

export interface TimeFilterProps {
  readonly label: string;
  /** RFC 3339 in UTC. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

/** A moment in the reader's own time, with the zone it is in. */
export function TimeFilter({ label, value, onChange }: TimeFilterProps) {
  const shown = value === undefined ? '' : toLocal(value);
  const [typed, setTyped] = useState(shown);
  const [isWrong, setWrong] = useState(false);
  const id = useId();
  const zone = zoneInWords(new Date(value ?? Date.now()));
  useEffect(() => {
    setTyped(shown);
    setWrong(false);
  }, [shown]);

  function apply(): void {
    if (typed === shown) return;
    const moment = typed === '' ? undefined : fromLocal(typed);
    setWrong(moment === null);
    if (moment !== null) onChange(moment);
  }

  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}{' '}
        <span className="label-note" title={zone}>
          {zone.split(', ').at(-1)}
        </span>
      </label>
      <input
        id={id}
        className="input"
        type="datetime-local"
        step="any"
        autoComplete="off"
        value={typed}
        {...(isWrong ? { 'aria-describedby': `${id}-note`, 'aria-invalid': true } : {})}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={apply}
        onKeyDown={({ key }) => {
          if (key === 'Enter') apply();
        }}
      />
      {isWrong ? (
        <span id={`${id}-note`} className="field-error">
          The clocks never show this time here.
        </span>
      ) : null}
    </div>
  );
}
