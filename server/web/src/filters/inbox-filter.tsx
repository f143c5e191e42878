import type { InboxSummary } from '@latchbox/client';
import { useClient } from '../app/client.ts';
import { useReadable } from '../lib/use-readable.ts';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { MenuChecks, MenuChoice, MenuItem } from '../ui/menu.tsx';
import { FilterChip } from './filter-chip.tsx';
import { inboxWords } from './filter-words.ts';

interface InboxFilterProps {
  value: readonly string[] | undefined;
  onChange: (inboxIds: readonly string[] | undefined) => void;
}

/** Of which of my inboxes (W4). Any number can be ticked; none is all of them. */
export function InboxFilter({ value, onChange }: InboxFilterProps) {
  const inboxes = useReadable(useClient().inboxes);
  const only = value?.length === 1 ? inboxes.find(({ id }) => id === value[0]) : undefined;
  const tick = (id: string, on: boolean): void => {
    const ticked = inboxes.filter((inbox) => (inbox.id === id ? on : value?.includes(inbox.id) === true));
    onChange(ticked.length === 0 ? undefined : ticked.map((inbox) => inbox.id));
  };
  return (
    <FilterChip
      tip="Inboxes"
      words={inboxWords(value, inboxes)}
      picture={only === undefined ? undefined : <InboxSquare colour={only.colour} />}
      set={value !== undefined}
    >
      {value === undefined ? null : <MenuItem onClick={() => onChange(undefined)}>Every inbox</MenuItem>}
      <MenuChecks label="Inboxes" checks={inboxes.map((inbox) => checkOf(inbox, value))} onChange={tick} />
    </FilterChip>
  );
}

const EVERY = 'every';

/** Of one of my inboxes, or of all. */
export function OneInboxFilter(props: {
  value: string | undefined;
  onChange: (inboxId: string | undefined) => void;
}) {
  const { value, onChange } = props;
  const inboxes = useReadable(useClient().inboxes);
  const only = inboxes.find(({ id }) => id === value);
  return (
    <FilterChip
      tip="Inbox"
      words={only?.name ?? 'Every inbox'}
      picture={only === undefined ? undefined : <InboxSquare colour={only.colour} />}
      set={value !== undefined}
    >
      <MenuChoice
        label="Inbox"
        value={value ?? EVERY}
        choices={[
          { value: EVERY, words: 'Every inbox' },
          ...inboxes.map(({ id, name, colour }) => ({
            value: id,
            words: name,
            picture: <InboxSquare colour={colour} />,
          })),
        ]}
        onChange={(next) => onChange(next === EVERY ? undefined : next)}
      />
    </FilterChip>
  );
}

function checkOf({ id, name, colour }: InboxSummary, value: readonly string[] | undefined) {
  return {
    value: id,
    words: name,
    picture: <InboxSquare colour={colour} />,
    checked: value?.includes(id) === true,
  };
}
