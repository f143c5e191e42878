import type { Person } from '@latchbox/client';
import { ArrowRightLeft } from 'lucide-react';
import { useState } from 'react';
import { useClient, useMe } from '../app/client.ts';
import { useReplyers } from '../app/use-replyers.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Avatar } from '../ui/avatar.tsx';
import { BareIconButton } from '../ui/button.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';

const NOBODY = 'nobody';

/** To whom the conversation is passed on: colleagues who may reply here, those who are there first. */
export function HandOver({ inboxId, onChosen }: { inboxId: string; onChosen: (to: Person) => void }) {
  const me = useMe();
  const [open, setOpen] = useState(false);
  const { people, problem } = useReplyers(inboxId, open);
  const present = useReadable(useClient().inbox(inboxId).presence).people;
  const others = people
    .filter(({ id }) => id !== me?.id)
    .map((person) => ({
      person,
      is: present.find((one) => one.person.id === person.id)?.availability ?? 'offline',
    }))
    .sort((a, b) => ORDER[a.is] - ORDER[b.is]);
  const label = problem ?? (others.length === 0 ? 'Nobody else may reply here' : 'Hand over to');
  return (
    <Menu
      tip="Hand over"
      open={open}
      onOpenChange={setOpen}
      trigger={<BareIconButton icon={ArrowRightLeft} label="Hand over" />}
    >
      <MenuChoice
        label={label}
        value={NOBODY}
        choices={others.map(({ person, is }) => ({
          value: person.id,
          words: `${person.name}${WORDS[is]}`,
          picture: <Avatar who={person} size={20} {...(is === 'online' ? {} : { as: 'away' as const })} />,
        }))}
        onChange={(id) => {
          const to = people.find((person) => person.id === id);
          if (to !== undefined) onChosen(to);
        }}
      />
    </Menu>
  );
}

const ORDER = { online: 0, away: 1, offline: 2 } as const;
const WORDS = { online: '', away: ', away', offline: ', not here' } as const;
