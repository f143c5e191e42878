import './popups.css';
import { Menu as Base } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

interface MenuPopupProps {
  name: string;
  trigger: RefObject<HTMLElement | null>;
  align: 'start' | 'end';
  /** Begins at what is chosen: to keep that takes one key. */
  atChosen: boolean;
  /** `onTrigger`: by a press on the button that opened it, which must not open it again. */
  onClose: (onTrigger: boolean) => void;
  children: ReactNode;
}

/** A menu: it opens as it appears, and is gone once it has closed. */
export function MenuPopup({ name, trigger, align, atChosen, onClose, children }: MenuPopupProps) {
  // Opened after it is there: what is open from the start never tells that it is.
  const [open, setOpen] = useState(false);
  const onTrigger = useRef(false);
  const popup = useRef<HTMLDivElement>(null);
  useEffect(() => setOpen(true), []);
  // Opened without a trigger of its own it does not take the focus by itself.
  useEffect(() => {
    if (!open) return;
    const chosen = atChosen ? popup.current?.querySelector<HTMLElement>('[aria-checked="true"]') : null;
    (chosen ?? popup.current)?.focus({ preventScroll: true });
  }, [open, atChosen]);
  return (
    <Base.Root
      open={open}
      onOpenChange={(next, { event }) => {
        onTrigger.current = trigger.current?.contains(event.target as Node | null) === true;
        setOpen(next);
      }}
      onOpenChangeComplete={(now) => {
        if (!now) onClose(onTrigger.current);
      }}
    >
      {/* It stands outside of everything that has a name: who goes from place to place would not come by. */}
      <Base.Portal role="region" aria-label={name}>
        <Base.Positioner
          anchor={trigger}
          className="popup-place"
          align={align}
          sideOffset={4}
          collisionPadding={8}
        >
          <Base.Popup
            ref={popup}
            className="menu"
            finalFocus={() => focusAfter(popup.current, trigger.current)}
          >
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** What was chosen may have put the focus somewhere already, into a field that came by it: there it stays. */
function focusAfter(popup: HTMLElement | null, trigger: HTMLElement | null): HTMLElement | null {
  const now = document.activeElement;
  const elsewhere = now instanceof HTMLInputElement && popup?.contains(now) !== true;
  return elsewhere ? now : trigger;
}

export interface MenuItemProps {
  icon?: LucideIcon;
  /** At the right, quiet: a time, a hint. */
  aside?: ReactNode;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

export function MenuItem({ icon, aside, disabled = false, onClick, children }: MenuItemProps) {
  return (
    <Base.Item className="menu-item" disabled={disabled} onClick={onClick}>
      {icon === undefined ? null : <Icon of={icon} size={16} />}
      <span className="grow cut">{children}</span>
      {aside === undefined ? null : <small>{aside}</small>}
    </Base.Item>
  );
}

export interface MenuChoiceProps {
  label: string;
  value: string;
  choices: readonly {
    readonly value: string;
    readonly words: ReactNode;
    readonly picture?: ReactNode;
    /** Cannot be chosen; `note` says why. */
    readonly disabled?: boolean;
    /** Below its words, quiet. */
    readonly note?: string | undefined;
  }[];
  onChange: (value: string) => void;
}

/** One of several. */
export function MenuChoice({ label, value, choices, onChange }: MenuChoiceProps) {
  return (
    <Base.Group>
      <Base.GroupLabel className="menu-label">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={(next: string) => onChange(next)}>
        {choices.map((choice) => (
          <Base.RadioItem
            key={choice.value}
            value={choice.value}
            disabled={choice.disabled === true}
            closeOnClick
            className="menu-item"
          >
            {choice.picture}
            <span className="grow cut">
              {choice.words}
              {choice.note === undefined ? null : <small className="menu-note">{choice.note}</small>}
            </span>
            <span className="menu-check">
              <Base.RadioItemIndicator>
                <Icon of={Check} size={16} />
              </Base.RadioItemIndicator>
            </span>
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export interface MenuChecksProps {
  label: string;
  checks: readonly {
    readonly value: string;
    readonly words: ReactNode;
    readonly picture?: ReactNode;
    readonly checked: boolean;
  }[];
  onChange: (value: string, checked: boolean) => void;
}

/** Any number of several; the menu stays open. */
export function MenuChecks({ label, checks, onChange }: MenuChecksProps) {
  return (
    <Base.Group>
      <Base.GroupLabel className="menu-label">{label}</Base.GroupLabel>
      {checks.map(({ value, words, picture, checked }) => (
        <Base.CheckboxItem
          key={value}
          checked={checked}
          onCheckedChange={(next) => onChange(value, next)}
          closeOnClick={false}
          className="menu-item"
        >
          {picture}
          <span className="grow cut">{words}</span>
          <span className="menu-check">
            <Base.CheckboxItemIndicator>
              <Icon of={Check} size={16} />
            </Base.CheckboxItemIndicator>
          </span>
        </Base.CheckboxItem>
      ))}
    </Base.Group>
  );
}

export function MenuLine() {
  return <Base.Separator className="menu-line" />;
}
