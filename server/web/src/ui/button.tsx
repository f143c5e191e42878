import './button.css';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import type { ShortcutId } from '../keys/shortcuts.ts';
import { Icon } from './icon.tsx';
import { Tip } from './tip.tsx';

type Look = 'plain' | 'quiet' | 'primary' | 'brass' | 'note' | 'wait';

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  size?: 'small' | 'medium' | 'large';
}

export function Button({
  look = 'plain',
  size = 'medium',
  className = '',
  type = 'button',
  ...rest
}: ButtonProps) {
  return <button type={type} className={`button button-${look} button-${size} ${className}`} {...rest} />;
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  icon: LucideIcon;
  /** What it does, in words: its name, and its tooltip. */
  label: string;
  /** The key that does the same; said in the tooltip. */
  shortcut?: ShortcutId | undefined;
}

export function IconButton({ label, shortcut, ...rest }: IconButtonProps) {
  return (
    <Tip words={label} shortcut={shortcut}>
      <BareIconButton label={label} {...rest} />
    </Tip>
  );
}

/** Without a tooltip of its own: for triggers, which bring one. */
export function BareIconButton({ icon, label, className = '', ...rest }: Omit<IconButtonProps, 'shortcut'>) {
  return (
    <button type="button" aria-label={label} className={`icon-button ${className}`} {...rest}>
      <Icon of={icon} />
    </button>
  );
}
