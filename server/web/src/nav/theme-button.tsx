import { Moon, Sun, SunMoon } from 'lucide-react';
import { theme } from '../app/theme.ts';
import { useReadable } from '../lib/use-readable.ts';
import { IconButton } from '../ui/button.tsx';

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
const ICON = { system: SunMoon, light: Sun, dark: Moon };

/** Light, dark, or whatever the machine says. */
export function ThemeButton() {
  const chosen = useReadable(theme);
  return (
    <IconButton
      icon={ICON[chosen]}
      label={`Theme: ${chosen}. Change to ${NEXT[chosen]}`}
      onClick={() => theme.set(NEXT[chosen])}
    />
  );
}
