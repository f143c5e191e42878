import { StickyNote } from 'lucide-react';
import type { ReactNode } from 'react';
import { clockTime, fullTime } from '../lib/time-words.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';

export type Speaker = 'customer' | 'agent' | 'note';

interface BubbleProps {
  speaker: Speaker;
  author: { readonly id: string; readonly name: string };
  mine?: boolean;
  /** Beside the name: from where, or what this is. */
  role: string;
  at: number;
  look?: 'fresh' | 'waiting' | 'stopped' | undefined;
  /** At the end of the head. */
  menu?: ReactNode;
  /** What was said. */
  children: ReactNode;
  footer?: ReactNode;
}

const LABEL: Record<Speaker, string> = { customer: 'Message from', agent: 'Reply from', note: 'Note by' };

/** Something that was said. Speakers differ in place, shape and colour, and each is named. */
export function Bubble(props: BubbleProps) {
  const { speaker, author, mine = false, role, at, look, menu, children, footer } = props;
  return (
    <article
      className={`message message-${speaker} ${look === undefined ? '' : `message-${look}`}`}
      aria-label={`${LABEL[speaker]} ${mine ? 'you' : author.name}`}
    >
      {speaker === 'customer' ? <Avatar who={author} as="contact" /> : null}
      {speaker === 'note' ? <Icon of={StickyNote} /> : null}
      <div className="bubble">
        <header>
          <b>{mine ? 'You' : author.name}</b>
          <span className="bubble-role cut">{role}</span>
          {look === 'fresh' ? <span className="bubble-new">New</span> : null}
          <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
            {clockTime(at)}
          </time>
          {menu}
        </header>
        {children}
        {footer === undefined ? null : <footer>{footer}</footer>}
      </div>
      {speaker === 'agent' ? <Avatar who={author} /> : null}
    </article>
  );
}
