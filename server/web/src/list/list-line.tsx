import { CloudOff } from 'lucide-react';
import { useClient } from '../app/client.ts';
import { goneWords, useGoneFor } from '../app/use-gone-for.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Icon } from '../ui/icon.tsx';

/** One line at the foot of the list while the connection is gone for longer than a moment. */
export function ListLine() {
  const connection = useReadable(useClient().connection);
  const gone =
    (connection.name === 'reconnecting' && connection.slow) ||
    (connection.name === 'connecting' && connection.error !== undefined);
  return (
    <div role="status" aria-label="Connection">
      {gone ? <Gone /> : null}
    </div>
  );
}

function Gone() {
  const { minutes } = useGoneFor();
  return (
    <div className="list-line">
      <Icon of={CloudOff} />
      <span>
        <b>{goneWords(minutes)}</b>
        What you see may be old. Who is replying is not known.
      </span>
    </div>
  );
}
