import type { Account, Accounts } from '@latchbox/client';
import { ChevronDown, Star } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useClient } from '../app/client.ts';
import { CHANNEL_ICON } from '../list/row.tsx';
import { Icon } from '../ui/icon.tsx';
import { InboxSquare } from '../ui/inbox-square.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx';

interface FromFieldProps {
  known: Accounts;
  account: Account | null;
  /** Writing begins with it: whoever works in a shared inbox is asked each time. */
  first: boolean;
  /** Grows each time a message is begun. */
  nth: number;
  onChange: (account: Account) => void;
}

/** What the message leaves from: always shown, and another one with each message. */
export function FromField({ known, account, first, nth, onChange }: FromFieldProps) {
  const [open, setOpen] = useState(false);
  const ask = useEffectEvent(() => setOpen(first));
  useEffect(() => ask(), [nth]);
  const { accounts } = known;
  const chose = useRef(false);
  const change = (next: boolean): void => {
    setOpen(next);
    if (next || !chose.current) return;
    chose.current = false;
    // Once the menu has given the focus back: writing goes on with what is missing, not here.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.compose [data-first]')?.focus());
  };
  return (
    <div className="compose-row">
      <span aria-hidden="true">From</span>
      <Menu
        tip="From which account"
        align="start"
        atChosen
        open={open}
        onOpenChange={change}
        trigger={
          <button
            type="button"
            className="compose-from"
            data-first={first ? '' : undefined}
            aria-label={account === null ? 'From' : `From ${account.label}, ${addressOf(account)}`}
          >
            {account === null ? null : <AccountWords account={account} />}
            <Icon of={ChevronDown} size={16} />
          </button>
        }
      >
        <MenuChoice
          label="From"
          value={account?.id ?? ''}
          choices={accounts.map((one) => ({
            value: one.id,
            words: (
              <>
                {one.label} <small>{addressOf(one)}</small>
              </>
            ),
            picture: <AccountPicture account={one} />,
          }))}
          onChange={(id) => {
            const chosen = accounts.find((one) => one.id === id);
            if (chosen === undefined) return;
            onChange(chosen);
            chose.current = true;
          }}
        />
        {account === null || known.defaultInboxId === account.inboxId ? null : (
          <AsDefault account={account} />
        )}
      </Menu>
    </div>
  );
}

/** The account that new messages begin with from now on. */
function AsDefault({ account: { inboxId, label } }: { account: Account }) {
  const client = useClient();
  return (
    <>
      <MenuLine />
      <MenuItem icon={Star} onClick={() => void client.setDefaultInbox(inboxId).catch(() => {})}>
        Always begin with {label}
      </MenuItem>
    </>
  );
}

function AccountWords({ account }: { account: Account }) {
  return (
    <>
      <AccountPicture account={account} />
      <span className="cut">
        <b>{account.label}</b> {addressOf(account)}
      </span>
    </>
  );
}

function AccountPicture({ account }: { account: Account }) {
  return (
    <span className="compose-account">
      <InboxSquare colour={account.colour} />
      <Icon of={CHANNEL_ICON[account.channel]} size={15} />
    </span>
  );
}

/** What the contact sees it come from. */
export function addressOf({ address, channel }: Account): string {
  return channel === 'simulator' ? 'simulated customers' : address;
}
