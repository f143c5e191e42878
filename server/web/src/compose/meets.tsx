import { type ComposeCheck, type ConversationRow, LatchboxError } from '@latchbox/client';
import { CornerDownRight, TriangleAlert } from 'lucide-react';
import { useNow } from '../app/use-now.ts';
import { Link } from '../app/link.tsx';
import { placePath } from '../app/place.ts';
import { Bar } from '../composer/bar.tsx';
import { padlock } from '../composer/theirs-bar.tsx';
import { errorWords } from '../lib/error-words.ts';
import { firstName } from '../lib/people.ts';
import { sinceWords } from '../lib/time-words.ts';
import { Icon } from '../ui/icon.tsx';
import { Plate } from '../ui/plate.tsx';

type Held = Extract<ConversationRow['lock'], { status: 'held' }>;

interface MeetsProps {
  check: ComposeCheck | null;
  /** A colleague holds what it would continue. */
  held: Held | null;
  /** Why it was not sent. */
  error: unknown;
  onOpen: () => void;
}

/** What stands in the way of a message, or is good to know before it is sent: a line, or a bar as above a reply. */
export function Meets({ check, held, error, onOpen }: MeetsProps) {
  const now = useNow(5_000);
  const continues = check?.continues ?? null;
  if (held !== null && continues !== null) {
    const name = firstName(held.holder.name);
    return (
      <Bar
        look="theirs"
        plate={padlock}
        title={`${name} is replying, ${sinceWords(held.since, now)}`}
        rest="This message would go on there. Your text is kept."
      >
        <OpenLink row={continues} onOpen={onOpen} />
      </Bar>
    );
  }
  if (error !== null && !isOfAddress(error)) {
    return (
      <Bar
        look="stopped"
        plate={
          <Plate look="stop">
            <Icon of={TriangleAlert} size={17} />
          </Plate>
        }
        title="Not sent"
        rest={`${errorWords(error)} Your text is kept.`}
      >
        {continues === null ? null : <OpenLink row={continues} onOpen={onOpen} />}
      </Bar>
    );
  }
  const [warned] = check?.held ?? [];
  if (warned?.lock.status === 'held') {
    const name = firstName(warned.lock.holder.name);
    return (
      <Bar
        look="ask"
        plate={padlock}
        title={`${name} is replying to ${firstName(warned.contact.name)} elsewhere`}
        rest={`${capital(sinceWords(warned.lock.since, now))}. Yours would be another message.`}
      >
        <OpenLink row={warned} onOpen={onOpen} />
      </Bar>
    );
  }
  if (continues === null) return null;
  return (
    <p className="compose-continues">
      <Icon of={CornerDownRight} size={15} />
      <span className="cut">
        Goes on in #{continues.number}
        {continues.subject === '' ? '' : `, ${continues.subject}`}
      </span>
      <OpenLink row={continues} onOpen={onOpen} />
    </p>
  );
}

function OpenLink({ row, onOpen }: { row: ConversationRow; onOpen: () => void }) {
  const view = { name: 'inbox', inboxId: row.inboxId, status: row.status } as const;
  return (
    <Link
      className="button button-plain button-small"
      href={placePath({ view, conversationId: row.id })}
      onClick={onOpen}
    >
      Open it
    </Link>
  );
}

/** Said beside the address itself. */
function isOfAddress(error: unknown): boolean {
  return LatchboxError.is(error, 'invalid') && error.details.issues.some(({ path }) => path.startsWith('to'));
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
