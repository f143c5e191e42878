import type { Mailbox, MailboxCheck } from '@latchbox/client/admin';
import { ArrowRightLeft, Ellipsis, PenLine, PlugZap, Trash2, Unplug, Wrench } from 'lucide-react';
import { useState } from 'react';
import { useNow } from '../../app/use-now.ts';
import { sinceWords } from '../../lib/time-words.ts';
import { BareIconButton } from '../../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';
import { CheckResult } from './check-result.tsx';
import { CURES } from './cures.ts';

interface MailboxRowProps {
  mailbox: Mailbox;
  onEdit: () => void;
  /** To the other type, in the words of the menu. */
  switching?: Switching;
  onChanged: () => void;
}

interface Switching {
  readonly words: string;
  /** What it promises is waited for; a form that it opens is not. */
  readonly run: () => Promise<unknown> | void;
}

/** One mailbox: whether it is connected, what is wrong with it and what helps, and what can be done. */
export function MailboxRow({ mailbox, onEdit, switching, onChanged }: MailboxRowProps) {
  const { id, address, name, aliases, state } = mailbox;
  const { mailboxes } = useAdmin();
  const onFailed = useTellFailure();
  const now = useNow(15_000);
  const [check, setCheck] = useState<MailboxCheck | 'running' | null>(null);
  const act = (work: Promise<unknown>): void => void work.then(onChanged, onFailed);
  const tryIt = (): void => {
    const { inboxId: inbox, incoming, outgoing } = mailbox;
    setCheck('running');
    mailboxes.check({ inbox, mailbox: id, address, incoming, outgoing }).then(setCheck, (error: unknown) => {
      setCheck(null);
      onFailed(error);
    });
  };
  return (
    <li className="mailbox">
      <span className={`mailbox-dot mailbox-${state.status}`} aria-hidden="true" />
      <div className="grow">
        <b>{address}</b>
        {name === '' ? null : <span className="hint"> {name}</span>}
        <small>
          {STATES[state.status]}, {sinceWords(state.since, now)}
          {aliases.length === 0 ? '' : `. Also ${aliases.join(', ')}`}
        </small>
        {state.status === 'failed' ? (
          <p className="mailbox-wrong">
            {state.reason} <span className="hint">{CURES[state.code]}</span>
          </p>
        ) : null}
        <div role="status" aria-label={`Connection check of ${address}`}>
          {check === 'running' ? <p className="hint">Trying both servers…</p> : null}
          {check === null || check === 'running' ? null : <CheckResult check={check} />}
        </div>
      </div>
      <Acts mailbox={mailbox} onEdit={onEdit} switching={switching} onCheck={tryIt} onAct={act} />
    </li>
  );
}

interface ActsProps {
  mailbox: Mailbox;
  onEdit: () => void;
  switching: Switching | undefined;
  onCheck: () => void;
  onAct: (work: Promise<unknown>) => void;
}

function Acts({ mailbox: { id, address, state }, onEdit, switching, onCheck, onAct }: ActsProps) {
  const { mailboxes } = useAdmin();
  const off = state.status === 'disconnected';
  const turn = (): void => {
    const work = switching?.run();
    if (work !== undefined) onAct(work);
  };
  return (
    <Menu
      tip="What can be done"
      trigger={<BareIconButton icon={Ellipsis} label={`What can be done with ${address}`} />}
    >
      <MenuItem icon={PenLine} onClick={onEdit}>
        Change its settings
      </MenuItem>
      <MenuItem icon={Wrench} onClick={onCheck}>
        Check the connection
      </MenuItem>
      <MenuItem icon={PlugZap} onClick={() => onAct(mailboxes.connect(id))}>
        {off ? 'Connect' : 'Connect again'}
      </MenuItem>
      {switching === undefined ? null : (
        <MenuItem icon={ArrowRightLeft} onClick={turn}>
          {switching.words}
        </MenuItem>
      )}
      {off ? (
        <>
          <MenuLine />
          <MenuItem icon={Trash2} onClick={() => onAct(mailboxes.remove(id))}>
            Remove
          </MenuItem>
        </>
      ) : (
        <MenuItem icon={Unplug} onClick={() => onAct(mailboxes.disconnect(id))}>
          Disconnect
        </MenuItem>
      )}
    </Menu>
  );
}

const STATES = {
  connecting: 'Connecting',
  connected: 'Connected',
  failed: 'Not connected, tried again by itself',
  disconnected: 'Disconnected',
} as const;
