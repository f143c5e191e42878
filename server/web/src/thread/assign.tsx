import type { Conversation, ConversationRow, Person } from '@latchbox/client';
import type { Assignees } from '@latchbox/client/admin';
import { ChevronDown, UsersRound, UserX } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../app/client.ts';
import { useAssignees } from '../filters/use-assignees.ts';
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
  const { people, teams, problem } = useAssignees(row.inboxId, open);
  useShortcut('assign', withKeys ? () => setOpen(true) : null);

  const nameOf = (person: Person): string => (person.id === me?.id ? 'You' : firstName(person.name));
  const assign = (to: string): void => {
    const person = people.find(({ id }) => id === to);
    const undo = undoOf(conversation, row, onFailed);
    conversation.assign(to === NOBODY ? null : to).then(() => {
      const whom = person === undefined ? 'nobody' : nameOf(person) === 'You' ? 'you' : nameOf(person);
      toast(`Assigned to ${whom}`, undo);
    }, onFailed);
  };
  const mine = me === null ? [] : [{ id: me.id, name: me.name }];
  const others = people.filter(({ id }) => id !== me?.id);
  return (
    <Menu tip="Assign" shortcut="assign" open={open} onOpenChange={setOpen} trigger={buttonOf(row, nameOf)}>
      <MenuChoice
        label={problem ?? 'Assign to'}
        value={setOn(row) ?? NOBODY}
        choices={[
          ...mine.map((person) => choice(person, 'Me')),
          {
            value: NOBODY,
            words: 'Nobody',
            picture: <Icon of={UserX} size={20} />,
            ...(row.byOwner && assignee !== null && { note: `${nameOf(assignee)} owns the contact` }),
          },
          ...others.map((person) => choice(person, person.name)),
        ]}
        onChange={assign}
      />
      {teams.length === 0 ? null : (
        <TeamChoice conversation={conversation} row={row} teams={teams} onFailed={onFailed} />
      )}
    </Menu>
  );
}

interface TeamChoiceProps extends Omit<AssignProps, 'withKeys'> {
  teams: Assignees['teams'];
}

/** The team that answers for it. */
function TeamChoice({ conversation, row, teams, onFailed }: TeamChoiceProps) {
  const toast = useToast();
  const { team } = row;
  const assign = (to: string): void => {
    const chosen = teams.find(({ id }) => id === to);
    const undo = undoOf(conversation, row, onFailed);
    // To a team with nobody of it yet: one of them takes it on, or gets it in turn.
    const whom = chosen === undefined ? setOn(row) : null;
    const words = chosen === undefined ? 'Assigned to no team' : `Assigned to ${chosen.name}`;
    conversation.assign(whom, chosen?.id ?? null).then(() => toast(words, undo), onFailed);
  };
  const none = { value: NOBODY, words: 'No team', picture: <Icon of={UserX} size={20} /> };
  return (
    <MenuChoice
      label="Team"
      value={team?.id ?? NOBODY}
      choices={[
        ...(team === undefined ? [] : [none]),
        ...teams.map(({ id, name }) => ({
          value: id,
          words: name,
          picture: <Icon of={UsersRound} size={20} />,
        })),
      ]}
      onChange={assign}
    />
  );
}

function buttonOf(row: ConversationRow, nameOf: (person: Person) => string) {
  const { assignee, team } = row;
  return (
    <button type="button" className="assign">
      <span className="said">Assigned to </span>
      {assignee === null ? (
        <Icon of={team === undefined ? UserX : UsersRound} size={16} />
      ) : (
        <Avatar who={assignee} size={20} />
      )}
      <span className="cut">{whoseWords(row, nameOf)}</span>
      <Icon of={ChevronDown} size={14} />
    </button>
  );
}

/** Whom it was assigned to by hand or in turn: not the owner of its contact, who answers for it by that alone. */
const setOn = ({ assignee, byOwner }: ConversationRow): string | null =>
  byOwner === true ? null : (assignee?.id ?? null);

/** Gives it back to whom and to which team it was assigned. */
const undoOf =
  (conversation: Conversation, row: ConversationRow, onFailed: (error: unknown) => void) => (): void =>
    void conversation.assign(setOn(row), row.team?.id ?? null).catch(onFailed);

function whoseWords({ assignee, team }: ConversationRow, nameOf: (person: Person) => string): string {
  if (assignee === null) return team?.name ?? 'Nobody';
  return team === undefined ? nameOf(assignee) : `${nameOf(assignee)}, ${team.name}`;
}

function choice(person: Person, words: string) {
  return { value: person.id, words, picture: <Avatar who={person} size={20} /> };
}
