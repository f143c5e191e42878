import { ChevronDown } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ShortcutId } from '../keys/shortcuts.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu } from '../ui/menu.tsx';

interface FilterChipProps {
  /** What it is about: "Assigned to". */
  tip: string;
  /** What is chosen. */
  words: string;
  picture?: ReactNode;
  /** Its picture says it while nothing is chosen: there is little room. */
  brief?: boolean;
  /** Something is left out by it. */
  set: boolean;
  shortcut?: ShortcutId | undefined;
  onOpen?: (open: boolean) => void;
  children: ReactNode;
}

/** One way to narrow a list: what is chosen, and a menu with what could be. */
export function FilterChip(props: FilterChipProps) {
  const { tip, words, picture, brief = false, set, shortcut, onOpen, children } = props;
  const [open, setOpen] = useState(false);
  const change = (next: boolean): void => {
    setOpen(next);
    onOpen?.(next);
  };
  useShortcut(shortcut ?? 'filter', shortcut === undefined ? null : () => change(true));
  const trigger = (
    <button type="button" className={`filter ${set ? 'filter-set' : ''}`}>
      <span className="said">{tip}: </span>
      {picture}
      <span className={brief && !set ? 'said' : 'cut'}>{words}</span>
      <Icon of={ChevronDown} size={13} />
    </button>
  );
  return (
    <Menu tip={tip} shortcut={shortcut} align="start" open={open} onOpenChange={change} trigger={trigger}>
      {children}
    </Menu>
  );
}
