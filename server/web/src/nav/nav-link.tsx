import type { ReactNode } from 'react';
import { Link } from '../app/link.tsx';
import { navigate } from '../app/router.ts';
import type { ShortcutId } from '../keys/shortcuts.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { Tip } from '../ui/tip.tsx';

interface NavLinkProps {
  href: string;
  shortcut: ShortcutId | undefined;
  /** Its whole name, with the count in words. */
  name: string;
  label: string;
  icon: ReactNode;
  count: number;
  current: boolean;
  onChosen: () => void;
}

/** A place of the navigation, with how much waits there. */
export function NavLink({ href, shortcut, name, label, icon, count, current, onChosen }: NavLinkProps) {
  const go = (): void => {
    navigate(href);
    onChosen();
  };
  useShortcut(shortcut ?? 'open', shortcut === undefined ? null : go);
  const link = (
    <Link className="nav-item" href={href} aria-current={current ? 'page' : undefined} onClick={onChosen}>
      <span className="said">{name}</span>
      {icon}
      <span className="grow cut" aria-hidden="true">
        {label}
      </span>
      {count === 0 ? null : (
        <span className="nav-count" aria-hidden="true">
          {count > 9_999 ? '9999+' : count}
        </span>
      )}
    </Link>
  );
  if (shortcut === undefined) return link;
  return (
    <Tip words={label} shortcut={shortcut}>
      {link}
    </Tip>
  );
}
