import { useClient } from '../app/client.ts';
import { useReadable } from '../lib/use-readable.ts';
import { namesOf } from '../lib/people.ts';
import { Avatar } from '../ui/avatar.tsx';

const FACES = 3;

/** Who of the inbox's team is here now. */
export function Crew({ inboxId }: { inboxId: string }) {
  const { people, total } = useReadable(useClient().inbox(inboxId).presence);
  if (people.length === 0) return null;
  const away = people.filter(({ availability }) => availability === 'away').length;
  const online = Math.max(total, people.length) - away;
  const words = away === 0 ? `${online} online` : `${online} online, ${away} away`;
  return (
    <div className="nav-crew" title={namesOf(people.map(({ person }) => person))}>
      <span className="nav-crew-faces">
        {people.slice(0, FACES).map(({ person, availability }) => (
          <Avatar
            key={person.id}
            who={person}
            size={24}
            as={availability === 'away' ? 'away' : 'colleague'}
          />
        ))}
      </span>
      <span>{words}</span>
    </div>
  );
}
