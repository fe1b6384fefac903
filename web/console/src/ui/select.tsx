import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as Chooser, SelectValue } from 'react-aria-components/Select';
import { Text } from 'react-aria-components/Text';
import { ChevronIcon } from './icons.js';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
  readonly description?: ReactNode;
}

/** One of a few. */
export function Select<Value extends string>({ label, value, choices, onChange, description }: SelectProps<Value>) {
  return (
    <Chooser className="field" value={value} onChange={(key) => onChange(key as Value)}>
      <Label className="label">{label}</Label>
      <Button className="input select-button">
        <SelectValue className="select-value" />
        <ChevronIcon />
      </Button>
      {description === undefined ? null : (
        <Text slot="description" className="field-note">
          {description}
        </Text>
      )}
      <Popover className="popover">
        <ListBox className="menu">
          {choices.map(({ value: id, label: text }) => (
            <ListBoxItem key={id} id={id} className="menu-item" textValue={text}>
              {text}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Chooser>
  );
}
