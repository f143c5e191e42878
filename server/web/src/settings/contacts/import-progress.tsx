import type { ContactImport } from '@latchbox/client/admin';
import { Download, Undo2 } from 'lucide-react';
import { download } from '../../lib/download.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Part } from '../page.tsx';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';
import { applied, countWords, stateWords } from './import-words.ts';

interface ImportProgressProps {
  one: ContactImport;
  onChanged: (one: ContactImport) => void;
}

/** How far it is, with what became of the rows so far. */
export function ImportProgress({ one, onChanged }: ImportProgressProps) {
  const { contactImports } = useAdmin();
  const onFailed = useTellFailure();
  const { id, state, counts, undo } = one;
  const act = (work: Promise<ContactImport>): void => void work.then(onChanged, onFailed);
  const problems = counts.failed + counts.duplicates + (undo?.kept ?? 0);
  const save = (): void =>
    void contactImports.problems(id).then((file) => download(file, 'import-problems.csv'), onFailed);
  return (
    <>
      <Bar one={one} />
      <Part title="What became of the rows">
        <dl className="settings-list contacts-counts">
          {countWords(one).map(([words, count]) => (
            <div key={words}>
              <dt>{words}</dt>
              <dd className="num">{count.toLocaleString('en')}</dd>
            </div>
          ))}
        </dl>
      </Part>
      {state === 'undone' ? (
        <Notice tone={undo?.kept === 0 ? 'good' : 'plain'}>
          {undo?.kept === 0
            ? 'Everything is as it was before.'
            : `${undo?.kept === 1 ? 'One of them was used or changed since, and stays' : `${undo?.kept.toLocaleString('en') ?? ''} of them were used or changed since, and stay`}. The list says which and why.`}
        </Notice>
      ) : null}
      <div className="contacts-tools">
        {problems > 0 && state !== 'undoing' ? (
          <Button onClick={save}>
            <Icon of={Download} size={16} />
            {state === 'undone' ? 'List of what stays, and of problems' : 'Rows with problems as CSV'}
          </Button>
        ) : null}
        {state === 'running' ? <Button onClick={() => act(contactImports.stop(id))}>Stop</Button> : null}
        {(state === 'done' || state === 'stopped') && applied(counts) > 0 ? (
          <Button onClick={() => act(contactImports.undo(id))}>
            <Icon of={Undo2} size={16} />
            Undo the import
          </Button>
        ) : null}
      </div>
    </>
  );
}

function Bar({ one }: { one: ContactImport }) {
  const { state, rows, done, counts, undo } = one;
  const isUndo = undo !== null;
  const all = isUndo ? applied(counts) : rows;
  const now = isUndo ? undo.undone + undo.kept : done;
  const moves = state === 'running' || state === 'undoing';
  return (
    <div className="contacts-progress">
      <div className="contacts-progress-words">
        <b>{moves ? (isUndo ? 'Undoing' : 'Importing') : isUndo ? 'Undone' : 'Imported'}</b>
        <span className="hint num">{stateWords(one)}</span>
      </div>
      <progress
        aria-label={isUndo ? 'Undone' : 'Imported'}
        max={Math.max(1, all)}
        value={all === 0 ? 1 : now}
      />
      <p className="hint" role="status">
        {moves ? 'It goes on when you leave this page.' : state === 'done' ? 'Done.' : ''}
      </p>
    </div>
  );
}
