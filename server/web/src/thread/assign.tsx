import type { Conversation, ConversationRow, Person } from '@latchbox/client';
import { ChevronDown, UserX } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../app/client.ts';
import { useReplyers } from '../app/use-replyers.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { firstName } from '../lib/people.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { useToast } from '../ui/toasts.tsx';

interface AssignProps {
  conversation: Conversation;
  row: ConversationRow;
  withKeys?: boolean;
  onFailed: (error: unknown) => void;
}

const NOBODY = 'nobody';

/** Whose conversation it is: mine, nobody's, or a colleague's. */
export function Assign({ conversation, row, withKeys = false, onFailed }: AssignProps) {
  const me = useMe();
  const toast = useToast();
  const { assignee } = row;
  const [open, setOpen] = useState(false);
  const { people, problem } = useReplyers(row.inboxId, open);
  useShortcut('assign', withKeys ? () => setOpen(true) : null);

  const nameOf = (person: Person): string => (person.id === me?.id ? 'You' : firstName(person.name));
  const assign = (to: string): void => {
    const before = assignee?.id ?? null;
    const person = people.find(({ id }) => id === to);
    const undo = (): void => void conversation.assign(before).catch(onFailed);
    conversation.assign(to === NOBODY ? null : to).then(() => {
      const whom = person === undefined ? 'nobody' : nameOf(person) === 'You' ? 'you' : nameOf(person);
      toast(`Assigned to ${whom}`, undo);
    }, onFailed);
  };
  const mine = me === null ? [] : [{ id: me.id, name: me.name }];
  const others = people.filter(({ id }) => id !== me?.id);
  const trigger = (
    <button type="button" className="assign">
      <span className="said">Assigned to </span>
      {assignee === null ? <Icon of={UserX} size={16} /> : <Avatar who={assignee} size={20} />}
      <span>{assignee === null ? 'Nobody' : nameOf(assignee)}</span>
      <Icon of={ChevronDown} size={14} />
    </button>
  );
  return (
    <Menu tip="Assign" shortcut="assign" open={open} onOpenChange={setOpen} trigger={trigger}>
      <MenuChoice
        label={problem ?? 'Assign to'}
        value={assignee?.id ?? NOBODY}
        choices={[
          ...mine.map((person) => choice(person, 'Me')),
          { value: NOBODY, words: 'Nobody', picture: <Icon of={UserX} size={20} /> },
          ...others.map((person) => choice(person, person.name)),
        ]}
        onChange={assign}
      />
    </Menu>
  );
}

function choice(person: Person, words: string) {
  return { value: person.id, words, picture: <Avatar who={person} size={20} /> };
}
