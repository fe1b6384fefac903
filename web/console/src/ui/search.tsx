import { Button } from 'react-aria-components/Button';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { SearchField } from 'react-aria-components/SearchField';
import { CrossIcon, SearchIcon } from './icons.js';

export interface SearchProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field to search with; Escape or the cross empties it. */
export function Search({ label, placeholder = '', value, onChange }: SearchProps) {
  return (
    <SearchField className="field search" value={value} onChange={onChange}>
      <Label className="label">{label}</Label>
      <div className="search-box">
        <SearchIcon />
        <Input className="input" placeholder={placeholder} autoComplete="off" spellCheck="false" />
        <Button className="icon-button search-clear" aria-label="Clear the search">
          <CrossIcon />
        </Button>
      </div>
    </SearchField>
  );
}
