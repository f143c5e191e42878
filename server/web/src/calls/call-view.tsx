import './calls.css';
import type { CallEntry } from '@latchbox/client';
import { type LucideIcon, PhoneIncoming, PhoneMissed, PhoneOff, PhoneOutgoing } from 'lucide-react';
import { firstName } from '../lib/people.ts';
import { clockTime, fullTime } from '../lib/time-words.ts';
import { Icon } from '../ui/icon.tsx';
import { type CallTone, callWords } from './call-words.ts';

/** A call, where it stands among what was written. */
export function CallView({ entry, me, fresh }: { entry: CallEntry; me: string | undefined; fresh: boolean }) {
  const { agent, call, at } = entry;
  const who = agent === null ? undefined : agent.id === me ? 'You' : firstName(agent.name);
  const { tone, what, more } = callWords(call, who);
  const side = call.direction === 'in' ? 'in' : 'out';
  return (
    <article
      className={`call call-${side} call-${tone} ${fresh ? 'call-fresh' : ''}`}
      aria-label={`${what}, ${more}`}
    >
      <span className="call-sign">
        <Icon of={iconOf(tone, side)} size={17} />
      </span>
      <span className="call-words">
        <b>{what}</b>
        <span>{more}</span>
      </span>
      <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
        {clockTime(at)}
      </time>
    </article>
  );
}

function iconOf(tone: CallTone, side: 'in' | 'out'): LucideIcon {
  if (tone === 'missed') return PhoneMissed;
  if (tone === 'failed') return PhoneOff;
  return side === 'in' ? PhoneIncoming : PhoneOutgoing;
}
