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
        {label}
      </label>
      <input
        id={id}
        className="input"
        type="datetime-local"
        step="any"
        value={typed}
        aria-describedby={`${id}-note`}
        aria-invalid={isWrong || undefined}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={apply}
        onKeyDown={({ key }) => {
          if (key === 'Enter') apply();
        }}
      />
      <span id={`${id}-note`} className={isWrong ? 'field-error' : 'field-note'}>
        {isWrong ? 'The clocks never show this time here.' : zoneInWords(new Date(value ?? Date.now()))}
      </span>
    </div>
  );
}
