import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { ComboBox } from 'react-aria-components/ComboBox';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { useQuery } from '../graphql/use-query.js';
import { CrossIcon, SearchIcon } from '../ui/icons.js';
import { FindPeople, PersonById } from './person-query.js';

export interface PersonPickerProps {
  readonly label: string;
  /** The id of the person chosen; null for nobody in particular. */
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

interface Option {
  readonly id: string;
  readonly label: string;
  readonly note: string;
}

/** A search begins when typing has rested this long, milliseconds. */
const REST_MS = 200;

/** One person, found by how the name or the e-mail address begins, or given by an id: the directory may no longer have them. */
export function PersonPicker({ label, value, onChange }: PersonPickerProps) {
  const chosen = useQuery(PersonById, { id: value ?? '' }, { enabled: value !== null, staleTime: 60_000 });
  const shown = value === null ? '' : (chosen.data?.user?.name ?? value);
  const [typed, setTyped] = useState(shown);
  const text = typed.trim();
  const isSearching = text !== '' && typed !== shown;
  const search = useRested(text);
  const found = useQuery(
    FindPeople,
    { search },
    { enabled: isSearching && search !== '', keepPrevious: true, staleTime: 30_000 },
  );
  useEffect(() => setTyped(shown), [shown]);

  const options = isSearching ? optionsFor(text, found.data?.users.nodes ?? []) : [];
  return (
    <ComboBox
      className="field"
      items={options}
      inputValue={typed}
      onInputChange={setTyped}
      selectedKey={null}
      onSelectionChange={(key) => {
        if (key !== null) onChange(String(key));
      }}
      allowsCustomValue
      menuTrigger="input"
      onBlur={() => setTyped(shown)}
    >
      <Label className="label">{label}</Label>
      <div className="search-box">
        <SearchIcon />
        <Input className="input" placeholder="Anybody" autoComplete="off" spellCheck="false" />
        {value === null ? null : (
          <Button
            slot={null}
            className="icon-button search-clear"
            aria-label={`${label}: anybody`}
            onPress={() => onChange(null)}
          >
            <CrossIcon />
          </Button>
        )}
      </div>
      <Popover className="popover">
        <ListBox<Option> className="menu">
          {(option) => (
            <ListBoxItem id={option.id} className="menu-item" textValue={option.label}>
              <span>{option.label}</span>
              <span className="cell-note">{option.note}</span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

/** The list is never empty while somebody types: it would close, and not open again when people are found. */
function optionsFor(text: string, people: readonly { id: string; name: string; email: string }[]): Option[] {
  const found = people.map(({ id, name, email }) => ({ id, label: name, note: email }));
  // An id that is found as a person is offered once.
  if (found.some(({ id }) => id === text)) return found;
  return [...found, { id: text, label: text, note: 'Take this as an id' }];
}

function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}
