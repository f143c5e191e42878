import './masters.css';
import type { MasterResult, MasterRow } from '@latchbox/client/admin';
import { type ReactNode, useState } from 'react';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { MasterBar } from './master-bar.tsx';
import { MastersPicture } from './picture.tsx';

interface MastersProps {
  /** Whose mailboxes: one's own, everybody's, or those of one agent; the latter two for admins. */
  of: { readonly scope: 'mine' | 'all' } | { readonly owner: string };
  /** Instead of the picture, where there are fewer than two. */
  empty: ReactNode;
}

/** Which mailbox asks for its answers at which, and setting it for one or several at once (A2, A4). */
export function Masters({ of, empty }: MastersProps) {
  const { masters } = useAdmin();
  const { asked, again, put } = useAsked(JSON.stringify(of), (signal) => masters.list(of, { signal }));
  return (
    <Loaded asked={asked} what="The mailboxes" onRetry={again}>
      {(rows) => (rows.length < 2 ? empty : <Editor of={of} rows={rows} onChanged={put} />)}
    </Loaded>
  );
}

interface EditorProps {
  of: MastersProps['of'];
  rows: readonly MasterRow[];
  onChanged: (rows: readonly MasterRow[]) => void;
}

function Editor({ of, rows, onChanged }: EditorProps) {
  const { masters } = useAdmin();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [results, setResults] = useState<readonly MasterResult[]>([]);
  const { busy, run, problem, touched } = useSaving();
  const choose = (id: string, on: boolean): void => {
    setResults([]);
    touched();
    setChosen((before) => new Set(on ? [...before, id] : [...before].filter((one) => one !== id)));
  };
  const set = (masterId: string | null): void =>
    void run(
      async () => {
        const done = await masters.setMany([...chosen], masterId);
        return { done, now: await masters.list(of) };
      },
      ({ done, now }) => {
        setResults(done);
        // What was refused stays chosen: something else can be tried with it.
        setChosen(new Set(done.flatMap((one) => (one.status === 'refused' ? [one.mailboxId] : []))));
        onChanged(now);
      },
    );
  const there = rows.filter(({ id, masterOf }) => chosen.has(id) && masterOf === 0);
  return (
    <>
      <MastersPicture rows={rows} chosen={chosen} onChoose={choose} />
      {there.length === 0 ? null : (
        <MasterBar
          key={there.map(({ id }) => id).join(' ')}
          chosen={there}
          busy={busy}
          onSet={set}
          onNone={() => setChosen(new Set())}
        />
      )}
      <div className="masters-after">
        <Told results={results} rows={rows} />
        {problem() === undefined ? null : <Notice tone="stop">{problem()}</Notice>}
      </div>
    </>
  );
}

/** What became of them, each for itself. */
function Told({ results, rows }: { results: readonly MasterResult[]; rows: readonly MasterRow[] }) {
  const address = (id: string | null) =>
    rows.find((row) => row.id === id)?.address ?? 'a mailbox that is gone';
  const set = results.filter((one) => one.status === 'set');
  const refused = results.filter((one) => one.status === 'refused');
  const [first] = set;
  const what = set.length === 1 && first !== undefined ? address(first.mailboxId) : `${set.length} mailboxes`;
  return (
    <>
      {/* Always there, so that what appears in it is read aloud. */}
      <div role="status">
        {first === undefined ? null : (
          <Notice tone="good">
            {first.masterId === null
              ? `Answers to ${what} come back to ${set.length === 1 ? 'it' : 'them'} from the next mail on.`
              : `Answers to ${what} arrive at ${address(first.masterId)} from the next mail on.`}
          </Notice>
        )}
      </div>
      {refused.length === 0 ? null : (
        <Notice tone="stop">
          <ul>
            {refused.map(({ mailboxId, message }) => (
              <li key={mailboxId}>
                <b>{address(mailboxId)} stays as it was.</b> {message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </>
  );
}
