import { User, UserRound, UsersRound, UserX } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../app/client.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { MenuChoice } from '../ui/menu.tsx';
import { FilterChip } from './filter-chip.tsx';
import { isTeam, whoseWords } from './filter-words.ts';
import { useAssignees } from './use-assignees.ts';

interface WhoseFilterProps {
  /** Of this inbox; left out: of all that are mine. */
  inboxId: string | undefined;
  value: string | undefined;
  onChange: (assignee: string | undefined) => void;
}

const ANYBODY = 'anybody';

/** Mine, a colleague's, nobody's, or what one of them or a team has (M8). */
export function WhoseFilter({ inboxId, value, onChange }: WhoseFilterProps) {
  const me = useMe();
  const [open, setOpen] = useState(false);
  // Who it is has to be known where it is one of them.
  const { people, teams, problem } = useAssignees(inboxId, open || isSomebody(value));
  const colleagues = people.filter(({ id }) => id !== me?.id);
  const mine = me !== null && value === me.id ? 'me' : value;
  const pick = (next: string): void => onChange(next === ANYBODY ? undefined : next);
  return (
    <FilterChip
      tip="Assigned to"
      words={whoseWords(mine, people, teams)}
      set={value !== undefined}
      shortcut="filter"
      onOpen={setOpen}
    >
      <MenuChoice
        label={problem ?? 'Assigned to'}
        value={mine ?? ANYBODY}
        choices={[
          { value: ANYBODY, words: 'Anybody or nobody', picture: <Icon of={UserRound} size={20} /> },
          { value: 'me', words: 'Me', picture: <Icon of={User} size={20} /> },
          { value: 'others', words: 'A colleague', picture: <Icon of={UsersRound} size={20} /> },
          { value: 'none', words: 'Nobody', picture: <Icon of={UserX} size={20} /> },
        ]}
        onChange={pick}
      />
      {colleagues.length === 0 ? null : (
        <MenuChoice
          label="Colleagues"
          value={mine ?? ANYBODY}
          choices={colleagues.map((person) => ({
            value: person.id,
            words: person.name,
            picture: <Avatar who={person} size={20} />,
          }))}
          onChange={pick}
        />
      )}
      {teams.length === 0 ? null : (
        <MenuChoice
          label="Teams"
          value={mine ?? ANYBODY}
          choices={teams.map(({ id, name }) => ({
            value: id,
            words: name,
            picture: <Icon of={UsersRound} size={20} />,
          }))}
          onChange={pick}
        />
      )}
    </FilterChip>
  );
}

function isSomebody(value: string | undefined): boolean {
  return value !== undefined && (isTeam(value) || value.startsWith('agt_'));
}
