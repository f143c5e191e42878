import type { Account, ConversationRow, MailAddress } from '@latchbox/client';
import { ChevronDown, SquarePen } from 'lucide-react';
import { useClient } from '../app/client.ts';
import { useCompose } from '../compose/compose-context.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx';

interface FromChoiceProps {
  row: ConversationRow;
  inboxName: string;
  /** Addresses of the inbox that it may leave from, the one first that is taken by itself. */
  choices: readonly MailAddress[];
  /** The one that was chosen; null: none was. */
  from: string | null;
  /** The text as it stands, which goes along into a message from elsewhere. */
  text: string;
  onChoose: (from: string | null) => void;
}

/** What the reply leaves from: always shown; another address of the inbox, or a message of its own from another account (M11). */
export function FromChoice(props: FromChoiceProps) {
  const { row, inboxName, choices, from, text, onChoose } = props;
  const [first] = choices;
  const chosen = choices.find(({ address }) => address === from) ?? first;
  const address = chosen?.address ?? '';
  return (
    <span className="from">
      <span aria-hidden="true">From</span>
      <Menu
        tip="From which account"
        align="start"
        atChosen
        trigger={
          <button type="button" className="from-button">
            <span className="said">From </span>
            <b className="cut">{inboxName}</b> <span className="cut from-address">{address}</span>
            <Icon of={ChevronDown} size={14} />
          </button>
        }
      >
        {chosen === undefined ? null : (
          <MenuChoice
            label="From this inbox"
            value={chosen.address}
            choices={choices.map((one) => ({ value: one.address, words: one.address }))}
            onChange={(next) => onChoose(next === first?.address ? null : next)}
          />
        )}
        <Elsewhere row={row} text={text} />
      </Menu>
    </span>
  );
}

/** Accounts of other inboxes: from there it is a message of its own, to the same contact. */
function Elsewhere({ row, text }: { row: ConversationRow; text: string }) {
  const known = useReadable(useClient().accounts);
  const compose = useCompose();
  const others = (known?.accounts ?? []).filter(
    ({ channel, inboxId }) => channel === row.channel && inboxId !== row.inboxId,
  );
  if (others.length === 0) return null;
  return (
    <>
      <MenuLine />
      {others.map((account) => (
        <MenuItem
          key={account.id}
          icon={SquarePen}
          aside="New message"
          onClick={() =>
            compose({ contact: row.contact, channel: row.channel, account: account.id, body: text })
          }
        >
          {accountWords(account)}
        </MenuItem>
      ))}
    </>
  );
}

function accountWords({ label, address }: Account): string {
  return address === '' ? label : `${label}, ${address}`;
}
