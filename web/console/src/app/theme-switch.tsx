import { useState } from 'react';
import { SunIcon } from '../ui/icons.js';
import { Menu } from '../ui/menu.js';
import { readTheme, showTheme, type Theme } from './theme.js';

const LABELS: Record<Theme, string> = { system: 'As the device', light: 'Light', dark: 'Dark' };

export function ThemeSwitch() {
  const [theme, setTheme] = useState(readTheme);
  const choices = (Object.keys(LABELS) as Theme[]).map((id) => ({
    id,
    label: id === theme ? `${LABELS[id]} ✓` : LABELS[id],
    onChoose() {
      showTheme(id);
      setTheme(id);
    },
  }));
  return (
    <Menu label="Theme" choices={choices}>
      <SunIcon />
    </Menu>
  );
}
