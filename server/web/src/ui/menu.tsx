import { cloneElement, lazy, type ReactElement, type ReactNode, Suspense, useRef, useState } from 'react';
import type { ShortcutId } from '../keys/shortcuts.ts';
import { Tip } from './tip.tsx';

// The code of menus comes with the first one that is opened: what is in a menu is rendered only in an open one.
const code = () => import('./menu-popup.tsx');
const MenuPopup = lazy(async () => ({ default: (await code()).MenuPopup }));
export const MenuItem = lazy(async () => ({ default: (await code()).MenuItem }));
export const MenuChoice = lazy(async () => ({ default: (await code()).MenuChoice }));
export const MenuChecks = lazy(async () => ({ default: (await code()).MenuChecks }));
export const MenuLine = lazy(async () => ({ default: (await code()).MenuLine }));

interface MenuProps {
  /** The button that opens it, named by itself. */
  trigger: ReactElement<Record<string, unknown>>;
  tip: string;
  shortcut?: ShortcutId | undefined;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  align?: 'start' | 'end';
  /** The keys begin at what is chosen. */
  atChosen?: boolean;
  children: ReactNode;
}

/** A button with a menu. */
export function Menu(props: MenuProps) {
  const { trigger, tip, shortcut, align = 'end', atChosen = false, children } = props;
  const button = useRef<HTMLButtonElement>(null);
  const [own, setOwn] = useState(false);
  const open = props.open ?? own;
  /** The press that closed it goes on to the button. */
  const skip = useRef(false);
  const set = (next: boolean): void => {
    setOwn(next);
    props.onOpenChange?.(next);
  };
  return (
    <>
      <Tip words={tip} shortcut={shortcut}>
        {cloneElement(trigger, {
          ref: button,
          'aria-haspopup': 'menu',
          'aria-expanded': open,
          'data-popup-open': open ? '' : undefined,
          onPointerEnter: () => void code(),
          onFocus: () => void code(),
          onClick: () => {
            if (!skip.current) set(!open);
            skip.current = false;
          },
        })}
      </Tip>
      {open ? (
        <Suspense>
          <MenuPopup
            name={tip}
            trigger={button}
            align={align}
            atChosen={atChosen}
            onClose={(onTrigger) => {
              skip.current = onTrigger;
              set(false);
            }}
          >
            {children}
          </MenuPopup>
        </Suspense>
      ) : null}
    </>
  );
}
