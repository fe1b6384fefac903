import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Menu as List, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';

export interface MenuChoice {
  readonly id: string;
  readonly label: string;
  readonly onChoose: () => void;
}

export interface MenuProps {
  /** What the button opens, for those who do not see it. Where there is text on the button it begins with that. */
  readonly label: string;
  /** What is on the button. */
  readonly children: ReactNode;
  readonly choices: readonly MenuChoice[];
  /** The element id of the button. */
  readonly id?: string;
  readonly buttonClassName?: string;
}

/** A button that opens a menu. */
export function Menu({ label, children, choices, id, buttonClassName = 'icon-button' }: MenuProps) {
  return (
    <MenuTrigger>
      <Button {...(id === undefined ? {} : { id })} aria-label={label} className={buttonClassName}>
        {children}
      </Button>
      <Popover className="popover" placement="bottom end">
        <List className="menu" onAction={(chosen) => choices.find((choice) => choice.id === chosen)?.onChoose()}>
          {choices.map((choice) => (
            <MenuItem key={choice.id} id={choice.id} className="menu-item">
              {choice.label}
            </MenuItem>
          ))}
        </List>
      </Popover>
    </MenuTrigger>
  );
}
