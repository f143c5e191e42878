import type { Conversation, LockState, Person } from '@latchbox/client';
import { useMe } from '../app/client.ts';
import { firstName, namesOf } from '../lib/people.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Avatar, ReplyingCapsule } from '../ui/avatar.tsx';

/** The colleague who is replying, if one is. */
function holderOf(lock: LockState): Person | undefined {
  if (lock.status === 'theirs') return lock.holder;
  return lock.status === 'lost' && lock.now !== 'free' ? lock.now.holder : undefined;
}

/** Which colleagues have the conversation open, and who of them is replying. */
export function HeadPeople({ conversation }: { conversation: Conversation }) {
  const me = useMe();
  const lock = useReadable(conversation.lock);
  const viewers = useReadable(conversation.viewers);
  const holder = holderOf(lock);
  const others = viewers.filter(({ person }) => person.id !== me?.id && person.id !== holder?.id);
  if (others.length === 0 && holder === undefined) return null;

  const shown = others.length > 3 ? others.slice(0, 2) : others;
  const rest = others.length - shown.length;
  const words = [
    holder === undefined ? '' : `${firstName(holder.name)} is replying`,
    others.length === 0 ? '' : `Viewing: ${namesOf(others.map(({ person }) => person))}`,
  ];
  const label = words.filter((word) => word !== '').join('. ');
  return (
    <span className="thread-people" role="img" aria-label={label} title={label}>
      {shown.map(({ person, availability }) => (
        <Avatar key={person.id} who={person} size={24} as={availability === 'away' ? 'away' : 'viewing'} />
      ))}
      {rest === 0 ? null : <em>+{rest}</em>}
      {holder === undefined ? null : <ReplyingCapsule who={holder} large />}
    </span>
  );
}
