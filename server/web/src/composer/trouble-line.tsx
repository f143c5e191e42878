import type { AddressTrouble, PreparedReply } from '@latchbox/client';
import { BellOff, MailX, ShieldAlert } from 'lucide-react';
import { shortTime } from '../lib/time-words.ts';
import { useNow } from '../app/use-now.ts';
import { Icon } from '../ui/icon.tsx';

const ICON = { gone: MailX, complained: ShieldAlert, opted_out: BellOff };

interface TroubleLinesProps {
  prepared: PreparedReply | null;
  /** Only what is known of this address; left out: of everybody it would go to. */
  address?: string;
}

/** What is known against writing to somebody: an address that is gone, a complaint, or STOP. */
export function TroubleLines({ prepared, address }: TroubleLinesProps) {
  const now = useNow(60_000);
  const troubles = (prepared?.troubles ?? []).filter(
    (trouble) => address === undefined || trouble.address === address.toLowerCase(),
  );
  if (troubles.length === 0) return null;
  return (
    <div className="troubles" role="note" aria-label="Good to know before you write">
      {troubles.map((trouble) => (
        <p key={trouble.address} className="trouble">
          <Icon of={ICON[trouble.what]} size={15} />
          <span>{troubleWords(trouble, now)}</span>
        </p>
      ))}
    </div>
  );
}

function troubleWords({ address, what, at, reason }: AddressTrouble, now: number) {
  const since = shortTime(at, now);
  switch (what) {
    case 'opted_out':
      return (
        <>
          <b>Wants no texts</b> ({since}). Nothing can be sent until they write START.
        </>
      );
    case 'gone':
      return (
        <>
          <b>{address} is gone</b> ({since}). {reason ?? 'Its server said so for good.'}
        </>
      );
    case 'complained':
      return (
        <>
          <b>{address} marked our mail as spam</b> ({since}). Only answer what they write.
        </>
      );
  }
}
