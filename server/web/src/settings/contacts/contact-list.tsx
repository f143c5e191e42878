import type { ContactFilter, ContactRecord } from '@latchbox/client/admin';
import { Download, Merge, Plus, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from '../../app/link.tsx';
import { navigate } from '../../app/router.ts';
import { download } from '../../lib/download.ts';
import { Blank } from '../../ui/blank.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../loaded.tsx';
import { Page } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { ContactRows } from './contact-rows.tsx';
import { useOwners } from './use-owners.ts';

/** How long typing rests before it is searched for, in ms. */
const REST = 200;

const counted = (count: number): string =>
  count === 1 ? '1 contact' : `${count.toLocaleString('en')} contacts`;

/** Everybody outside, by name, searched and filtered. */
export function ContactListPage() {
  const { contacts } = useAdmin();
  const onFailed = useTellFailure();
  const [filter, setFilter] = useState<ContactFilter>({});
  const { asked: counts, again: countAgain } = useAsked('counts', (signal) => contacts.counts({ signal }));
  const all = counts.state === 'ready' ? counts.value : { contacts: 0, tags: [] };
  const save = (): void =>
    void contacts.exportAll(filter).then((file) => download(file, 'contacts.csv'), onFailed);
  return (
    <Page
      title="Contacts"
      lede={`Who you write with, by every address and number. ${counts.state === 'ready' ? `${counted(all.contacts)}.` : ''}`}
      action={
        <Link className="button button-primary button-medium" href={settingsPath('contacts', 'new')}>
          <Icon of={Plus} size={16} />
          New contact
        </Link>
      }
    >
      <div className="contacts-tools">
        <Link className="button button-plain button-medium" href={settingsPath('contacts', 'import')}>
          <Icon of={Upload} size={16} />
          Import from CSV
        </Link>
        <Button onClick={save}>
          <Icon of={Download} size={16} />
          Export as CSV
        </Button>
      </div>
      <Filters tags={all.tags.map(({ tag }) => tag)} onChange={setFilter} />
      <Pages key={JSON.stringify(filter)} filter={filter} onChanged={countAgain} />
    </Page>
  );
}

function Filters({ tags, onChange }: { tags: readonly string[]; onChange: (to: ContactFilter) => void }) {
  const owners = useOwners();
  const [search, setSearch] = useState('');
  const [owner, setOwner] = useState('');
  const [tag, setTag] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => {
      onChange({
        search: search.trim() || undefined,
        owner: owner || undefined,
        tag: tag || undefined,
      });
    }, REST);
    return () => clearTimeout(timer);
  }, [search, owner, tag, onChange]);
  return (
    <search className="contacts-filter">
      <TextField
        label="Search"
        type="search"
        placeholder="Name, address or number"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <SelectField label="Owner" value={owner} onChange={(event) => setOwner(event.target.value)}>
        <option value="">Anybody</option>
        <option value="none">Nobody</option>
        {owners.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField label="Tag" value={tag} onChange={(event) => setTag(event.target.value)}>
        <option value="">Any</option>
        {tags.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </SelectField>
    </search>
  );
}

/** The first page and those that were asked for after it. */
function Pages({ filter, onChanged }: { filter: ContactFilter; onChanged: () => void }) {
  const { contacts } = useAdmin();
  const onFailed = useTellFailure();
  const { asked, again, put } = useAsked('list', (signal) => contacts.list(filter, { signal }));
  const [chosen, setChosen] = useState<readonly ContactRecord[]>([]);
  const more = (known: readonly ContactRecord[], after: string): void =>
    void contacts
      .list({ ...filter, after })
      .then(({ contacts: next, next: then }) => put({ contacts: [...known, ...next], next: then }), onFailed);
  const merge = (): void => {
    const [first, ...others] = chosen;
    if (first === undefined) return;
    const ids = others.map(({ id }) => id);
    void contacts.merge(first.id, ids).then(({ id }) => {
      onChanged();
      navigate(settingsPath('contacts', id));
    }, onFailed);
  };
  return (
    <Loaded asked={asked} what="The contacts" onRetry={again}>
      {({ contacts: known, next }) =>
        known.length === 0 ? (
          <Blank picture="letter" title="No contacts here">
            <p>
              {Object.values(filter).some(Boolean)
                ? 'Nobody fits the filter.'
                : 'Whoever writes to you becomes one; a CSV brings many at once.'}
            </p>
          </Blank>
        ) : (
          <>
            <div className="contacts-chosen" role="status">
              {chosen.length < 2 ? null : (
                <>
                  <span className="grow">
                    {chosen.length} chosen. The others become part of <b>{chosen[0]?.name}</b>.
                  </span>
                  <Button look="quiet" onClick={() => setChosen([])}>
                    Choose none
                  </Button>
                  <Button look="primary" onClick={merge}>
                    <Icon of={Merge} size={16} />
                    Merge
                  </Button>
                </>
              )}
            </div>
            <ContactRows contacts={known} chosen={chosen} onChoose={setChosen} />
            {next === null ? null : (
              <div className="contacts-more">
                <Button onClick={() => more(known, next)}>Show more</Button>
              </div>
            )}
          </>
        )
      }
    </Loaded>
  );
}
