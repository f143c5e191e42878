import type { Entry } from '@latchbox/client';
import { Archive, ArchiveRestore, User } from 'lucide-react';
import { firstName } from '../lib/people.ts';
import { clockTime, fullTime } from '../lib/time-words.ts';
import { Icon } from '../ui/icon.tsx';

type Activity = Extract<Entry, { kind: 'activity' }>;

/** "Ben assigned this to Ivo", "Ana archived this": what happened between the messages. */
export function SystemLine({ entry, me }: { entry: Activity; me: string | undefined }) {
  const { author, what, at } = entry;
  const nameOf = (person: { id: string; name: string }) =>
    person.id === me ? 'You' : firstName(person.name);
  const who = author === null ? 'Latchbox' : nameOf(author);
  return (
    <div className="system">
      <Icon
        of={what.type === 'assigned' ? User : what.to === 'archived' ? Archive : ArchiveRestore}
        size={14}
      />
      <span>
        <b>{who}</b> {words(what, author?.id, nameOf)}
        <time dateTime={new Date(at).toISOString()} title={fullTime(at)}>
          {clockTime(at)}
        </time>
      </span>
    </div>
  );
}

function words(
  what: Activity['what'],
  author: string | undefined,
  nameOf: (person: { id: string; name: string }) => string,
) {
  if (what.type === 'status') return what.to === 'archived' ? 'archived this' : 'reopened this';
  if (what.to === null) return 'assigned this to nobody';
  if (what.to.id === author) return 'took this on';
  const to = nameOf(what.to);
  return (
    <>
      assigned this to <b>{to === 'You' ? 'you' : to}</b>
    </>
  );
}
