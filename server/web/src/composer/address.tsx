import type { ConversationRow, PreparedReply } from '@latchbox/client';
import { Users } from 'lucide-react';
import { addressBeside } from '../lib/people.ts';
import { Icon } from '../ui/icon.tsx';

interface AddressProps {
  row: ConversationRow;
  inboxName: string;
  prepared: PreparedReply | null;
  toAll: boolean;
  onToAll: (toAll: boolean) => void;
}

/** From where a reply goes, and to whom: the contact, or everybody of the newest mail. */
export function Address({ row, inboxName, prepared, toAll, onToAll }: AddressProps) {
  const { to = [], cc = [] } = prepared?.all ?? {};
  const everybody = [...to, ...cc];
  const several = everybody.length > 1;
  return (
    <div className="composer-address">
      <span>
        From <b>{inboxName}</b>
      </span>
      {several && toAll ? (
        <span className="cut grow" title={everybody.map(({ address }) => address).join(', ')}>
          To <b>{everybody.map(({ name, address }) => name || address).join(', ')}</b>
        </span>
      ) : (
        <span className="cut grow" title={row.contact.address}>
          To <b>{row.contact.name}</b> {addressBeside(row.contact)}
        </span>
      )}
      {several ? (
        <button type="button" className="to-all" aria-pressed={toAll} onClick={() => onToAll(!toAll)}>
          <Icon of={Users} size={14} />
          Reply to all
        </button>
      ) : null}
    </div>
  );
}

/** What is put below the text when it leaves. */
export function Signature({ prepared }: { prepared: PreparedReply | null }) {
  const body = prepared?.signature?.body.trim() ?? '';
  if (body === '') return null;
  return (
    <p className="signature" title={body}>
      <span className="said">Signature: </span>
      {body}
    </p>
  );
}
