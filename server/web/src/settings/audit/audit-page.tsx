import './audit.css';
import type { AuditEntry, AuditSearch, User } from '@latchbox/client/admin';
import { Download } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { download } from '../../lib/download.ts';
import { formText } from '../../lib/form-text.ts';
import { fullTime } from '../../lib/time-words.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { actWords, detailWords, type Names } from './act-words.ts';

/** Who did what, when, and what it was before and after (T9). */
export function AuditPage() {
  const { audit, users } = useAdmin();
  const onFailed = useTellFailure();
  const { asked } = useAsked('audit users', (signal) => users.list({ signal }));
  const known = asked.state === 'ready' ? asked.value : NOBODY;
  const [search, setSearch] = useState<AuditSearch>({});
  const take = (): void =>
    void audit.csv(search).then((file) => download(file, 'latchbox-audit.csv'), onFailed);
  return (
    <Page
      title="Audit"
      lede="Every administrative act and every take-over, refused ones too. Nothing of it can be changed or removed."
      action={
        <Button onClick={take}>
          <Icon of={Download} size={16} />
          Save as CSV
        </Button>
      }
    >
      <Filter known={known} onSearch={setSearch} />
      <Lines
        key={JSON.stringify(search)}
        search={search}
        names={new Map(known.map(({ id, name }) => [id, name]))}
      />
    </Page>
  );
}

const NOBODY: readonly User[] = [];

function Filter(props: { known: readonly User[]; onSearch: (search: AuditSearch) => void }) {
  const { known, onSearch } = props;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const day = (field: string, plusDays: number): number | undefined => {
      const text = formText(data, field);
      if (text === '') return undefined;
      const date = new Date(`${text}T00:00`);
      date.setDate(date.getDate() + plusDays);
      return date.getTime();
    };
    const [actor, action] = [formText(data, 'actor'), formText(data, 'action').trim()];
    onSearch({
      ...(actor === '' ? {} : { actor }),
      ...(action === '' ? {} : { action }),
      from: day('from', 0),
      // The last day counts to its end.
      to: day('to', 1),
    });
  };
  return (
    <form className="audit-filter" onSubmit={submit} aria-label="Narrow it down">
      <SelectField label="Who" name="actor" defaultValue="">
        <option value="">Anybody</option>
        {known.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField label="Act" name="action" placeholder="user.locked" autoComplete="off" spellCheck={false} />
      <TextField label="From" name="from" type="date" />
      <TextField label="To" name="to" type="date" />
      <Button type="submit">Show</Button>
    </form>
  );
}

function Lines({ search, names }: { search: AuditSearch; names: Names }) {
  const { audit } = useAdmin();
  const onFailed = useTellFailure();
  const { asked, again } = useAsked('audit', (signal) => audit.list(search, { signal }));
  const [more, setMore] = useState<readonly AuditEntry[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const first = asked.state === 'ready' ? asked.value : null;
  useEffect(() => setNext(first?.next ?? null), [first]);
  const load = (after: string): void =>
    void audit.list({ ...search, after }).then((page) => {
      setMore((before) => [...before, ...page.entries]);
      setNext(page.next);
    }, onFailed);
  return (
    <Loaded asked={asked} what="The audit" onRetry={again}>
      {({ entries }) =>
        entries.length === 0 ? (
          <Blank picture="letter" title="Nothing like that was done">
            <p>Change what you look for.</p>
          </Blank>
        ) : (
          <>
            <ol className="settings-list audit-lines" aria-label="Acts, the newest first">
              {[...entries, ...more].map((entry) => (
                <Line key={entry.id} entry={entry} names={names} />
              ))}
            </ol>
            {next === null ? null : (
              <div className="audit-more">
                <Button onClick={() => load(next)}>Show older ones</Button>
              </div>
            )}
          </>
        )
      }
    </Loaded>
  );
}

function Line({ entry, names }: { entry: AuditEntry; names: Names }) {
  const { at, actor, action, object, details } = entry;
  const refused = action.endsWith('refused');
  const words = detailWords(details, names);
  return (
    <li className={refused ? 'audit-refused' : ''}>
      <div className="grow">
        <b>{actWords(action)}</b> <span>by {actor?.name ?? 'nobody known'}</span>
        <small>
          <span className="audit-action">{action}</span>{' '}
          {object.id === '' ? object.type : (names.get(object.id) ?? object.id)}
        </small>
        {words.length === 0 ? null : (
          <dl className="audit-details">
            {words.map(({ name, was, is }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {was === undefined ? null : (
                    <>
                      <del>{was}</del> <span aria-label="then">→</span>{' '}
                    </>
                  )}
                  {is}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <time className="hint num" dateTime={new Date(at).toISOString()}>
        {fullTime(at)}
      </time>
    </li>
  );
}
