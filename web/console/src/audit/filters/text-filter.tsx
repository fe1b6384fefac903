import { type KeyboardEvent, useEffect, useState } from 'react';
import { Field } from '../../ui/field.js';

export interface TextFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
  readonly placeholder?: string;
}

/** A text that has to fit exactly. It is asked for on Enter or when the field is left, not at every letter: reading is on record. */
export function TextFilter({ label, value = '', onChange, placeholder = 'Any' }: TextFilterProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);

  function apply(): void {
    const wanted = typed.trim();
    if (wanted !== value) onChange(wanted === '' ? undefined : wanted);
  }

  return (
    <Field
      label={label}
      value={typed}
      onChange={setTyped}
      onBlur={apply}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Enter') apply();
      }}
      placeholder={placeholder}
      maxLength={255}
      autoComplete="off"
      spellCheck="false"
      code
    />
  );
}
