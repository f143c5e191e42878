import type { MasterChoices, MasterRow } from '@latchbox/client/admin';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../../app/client.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, MenuChoice } from '../../ui/menu.tsx';
import { Loaded } from '../loaded.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';

interface MasterBarProps {
  /** Not empty. */
  chosen: readonly MasterRow[];
  busy: boolean;
  onSet: (masterId: string | null) => void;
  onNone: () => void;
}

/** What the chosen ones may have as their master, what goes on with it, and the act itself. */
export function MasterBar({ chosen, busy, onSet, onNone }: MasterBarProps) {
  const { masters } = useAdmin();
  const ids = chosen.map(({ id }) => id);
  const { asked, again } = useAsked(ids.join(' '), (signal) => masters.choices(ids, { signal }));
  return (
    <div className="masters-bar" role="group" aria-label="What is chosen">
      <Loaded asked={asked} what="The choices" onRetry={again}>
        {(choices) => <Acts chosen={chosen} choices={choices} busy={busy} onSet={onSet} onNone={onNone} />}
      </Loaded>
    </div>
  );
}

function Acts({ chosen, choices, busy, onSet, onNone }: MasterBarProps & { choices: MasterChoices }) {
  const first = choices.choices.find(
    ({ id, allowed }) => allowed && chosen.some((one) => one.masterId !== id),
  );
  const [masterId, setMasterId] = useState(first?.id);
  const picked = choices.choices.find(({ id }) => id === masterId);
  const trigger = (
    <button
      type="button"
      className="button masters-pick"
      aria-label={`Master: ${picked?.address ?? 'Choose a master'}`}
      disabled={busy}
    >
      <span className="cut">{picked?.address ?? 'Choose a master'}</span>
      <Icon of={ChevronDown} size={16} />
    </button>
  );
  const has = chosen.some((one) => one.masterId !== null);
  return (
    <>
      <div>
        <b className="grow">{chosen.length} chosen</b>
        <Menu tip="Where answers arrive" align="start" atChosen trigger={trigger}>
          <MenuChoice
            label="Master"
            value={masterId ?? ''}
            choices={choices.choices.map(({ id, address, allowed, refused }) => ({
              value: id,
              words: address,
              disabled: !allowed,
              note: allowed ? undefined : (refused[0]?.message ?? ''),
            }))}
            onChange={setMasterId}
          />
        </Menu>
        {has ? (
          <Button look="quiet" disabled={busy} onClick={() => onSet(null)}>
            No master
          </Button>
        ) : null}
        <Button
          look="primary"
          disabled={busy || picked?.allowed !== true}
          onClick={() => (masterId === undefined ? undefined : onSet(masterId))}
        >
          {setWords(chosen.length)}
        </Button>
        <Button look="quiet" disabled={busy} onClick={onNone}>
          Cancel
        </Button>
      </div>
      <Consequences chosen={chosen} choices={choices} />
    </>
  );
}

const setWords = (count: number): string =>
  count === 1 ? 'Set' : count === 2 ? 'Set for both' : `Set for all ${count}`;

/** Before anything is changed: what goes on with another master, and who is told (A4, A5). */
function Consequences({ chosen, choices }: { chosen: readonly MasterRow[]; choices: MasterChoices }) {
  const me = useMe();
  const open = choices.mailboxes.reduce((sum, { openConversations }) => sum + openConversations, 0);
  const others = [
    ...new Set(
      chosen
        .map(({ owner }) => owner)
        .filter(({ id }) => id !== me?.id)
        .map(({ name }) => name),
    ),
  ];
  const none = choices.choices.every(({ allowed }) => !allowed);
  const settable = !none || chosen.some(({ masterId }) => masterId !== null);
  return (
    <p>
      {none ? `None can be their master: ${choices.choices[0]?.refused[0]?.message ?? ''} ` : null}
      {!settable
        ? null
        : open === 0
          ? 'No open conversation relies on this. '
          : `${open} open ${open === 1 ? 'conversation goes' : 'conversations go'} on with what you set. Answers to mail that went out already still arrive where it said. `}
      {others.length === 0 || !settable ? null : `${others.join(' and ')} will be told.`}
    </p>
  );
}
