import type { LockPeriod } from '@latchbox/client';
import { Lock } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../app/client.ts';
import { useConnected } from '../app/use-connected.ts';
import { useNow } from '../app/use-now.ts';
import { errorWords } from '../lib/error-words.ts';
import { firstName } from '../lib/people.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keyhole } from '../ui/keyhole.tsx';
import { periodLook, periodTimes, periodWords } from './period-words.ts';
import type { History } from './use-history.ts';

const FEW = 6;

interface LockHistoryProps {
  history: History;
  onExport: () => Promise<void>;
}

/** Who held the lock, from when to when, when they were asked, and why it ended. */
export function LockHistory({ history, onExport }: LockHistoryProps) {
  const { periods, error, retry } = history;
  const [all, setAll] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const exportAll = (): void => {
    setProblem(null);
    onExport().catch((failure: unknown) => setProblem(errorWords(failure)));
  };
  return (
    <section className="details-section" aria-label="Lock history">
      <header>
        <h3>Lock history</h3>
        {periods === null || periods.length === 0 ? null : (
          <button
            type="button"
            className="link link-small"
            aria-label="Export lock history"
            onClick={exportAll}
          >
            Export
          </button>
        )}
      </header>
      {problem === null ? null : (
        <p className="hint" role="alert">
          {problem}
        </p>
      )}
      {error !== undefined && periods === null ? (
        <p className="hint">
          {errorWords(error)}{' '}
          <button type="button" className="link" onClick={retry}>
            Try again
          </button>
        </p>
      ) : null}
      {periods?.length === 0 ? <p className="hint">Nobody has held it yet.</p> : null}
      <ol className="history">
        {(all ? periods : periods?.slice(0, FEW))?.map((period) => (
          <Period key={period.fence} period={period} />
        ))}
      </ol>
      {!all && periods !== null && periods.length > FEW ? (
        <Button size="small" look="quiet" className="history-more" onClick={() => setAll(true)}>
          Show all {periods.length}
        </Button>
      ) : null}
    </section>
  );
}

function Period({ period }: { period: LockPeriod }) {
  const mine = period.holder.id === useMe()?.id;
  const now = useNow(60_000);
  const known = useConnected();
  const look = periodLook(period, mine, known);
  return (
    <li className={look === '' ? '' : `history-${look}`}>
      <span className="history-mark" aria-hidden="true">
        {look === 'mine' ? <Keyhole size={12} /> : null}
        {look === 'theirs' ? <Icon of={Lock} size={10} /> : null}
      </span>
      <div>
        <b>{mine ? 'You' : firstName(period.holder.name)}</b>
        <time dateTime={new Date(period.from).toISOString()}>{periodTimes(period, now, known)}</time>
        <p>{periodWords(period, known)}</p>
      </div>
    </li>
  );
}
