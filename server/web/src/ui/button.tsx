import './button.css';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';
import { Icon } from './icon.tsx';

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
}

export function IconButton({ icon, label, className = '', ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} className={`icon-button ${className}`} {...rest}>
      <Icon of={icon} />
    </button>
  );
}
