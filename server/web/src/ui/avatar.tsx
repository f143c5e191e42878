import './avatar.css';
import { Pencil } from 'lucide-react';
import { initials, whoColour } from '../lib/people.ts';
import { Icon } from './icon.tsx';

interface Someone {
  readonly id: string;
  readonly name: string;
}

interface AvatarProps {
  who: Someone;
  size?: 18 | 20 | 24 | 28 | 40;
  /** `contact` is square: the person outside. `viewing` and `away` are outlines, `colleague` is filled. */
  as?: 'colleague' | 'contact' | 'viewing' | 'away';
}

/** Initials of somebody. Decoration: whoever uses it says the name in words too. */
export function Avatar({ who, size = 28, as = 'colleague' }: AvatarProps) {
  const outline = as === 'viewing' || as === 'away';
  const look = outline ? `avatar-viewing ${as === 'away' ? 'avatar-away' : ''}` : `who-${whoColour(who.id)}`;
  return (
    <span
      aria-hidden="true"
      className={`avatar avatar-${size} ${look} ${as === 'contact' ? 'avatar-square' : ''}`}
    >
      {initials(who.name)}
    </span>
  );
}

/** Who is replying (holds the lock). */
export function ReplyingCapsule({ who, large = false }: { who: Someone; large?: boolean }) {
  return (
    <span aria-hidden="true" className={`capsule ${large ? 'capsule-large' : ''}`}>
      <Icon of={Pencil} size={large ? 14 : 12} />
      {initials(who.name)}
    </span>
  );
}
