import type { ContactImport } from '@latchbox/client/admin';
import { ArrowLeft, FileUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { Link } from '../../app/link.tsx';
import { navigate } from '../../app/router.ts';
import { dayTime } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { Page, Part } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { stateWords } from './import-words.ts';

/** A file to begin with, and the imports there were. */
export function ImportsPage() {
  const { contactImports } = useAdmin();
  const { asked, again } = useAsked('imports', (signal) => contactImports.list({ signal }));
  return (
    <Page
      title="Import contacts"
      lede={
        <Link className="contacts-back" href={settingsPath('contacts')}>
          <Icon of={ArrowLeft} size={15} />
          All contacts
        </Link>
      }
    >
      <Choose />
      <Loaded asked={asked} what="The imports" onRetry={again}>
        {(all) =>
          all.length === 0 ? null : (
            <Part title="Imports">
              <ul className="settings-list">
                {all.map((one) => (
                  <ImportRow key={one.id} one={one} />
                ))}
              </ul>
            </Part>
          )
        }
      </Loaded>
    </Page>
  );
}

function ImportRow({ one }: { one: ContactImport }) {
  return (
    <li>
      <div className="grow contacts-who">
        <Link href={settingsPath('contacts', 'import', one.id)}>
          <b className="cut">{one.fileName}</b>
        </Link>
        <small>
          {one.by.name}, {dayTime(one.createdAt, Date.now())}
        </small>
      </div>
      <span className="hint">{stateWords(one)}</span>
    </li>
  );
}

/** A file is chosen or dropped; it is only read, nothing is imported yet. */
function Choose() {
  const { contactImports } = useAdmin();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { busy, run, problem } = useSaving();
  const upload = (file: File | undefined): void => {
    if (file === undefined || busy) return;
    void run(
      () => contactImports.upload(file, file.name),
      ({ id }) => navigate(settingsPath('contacts', 'import', id)),
    );
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    upload(event.dataTransfer.files[0]);
  };
  const said = problem();
  return (
    <section
      className="contacts-drop"
      aria-label="Choose a file"
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon of={FileUp} size={28} />
      <p>
        A CSV of up to 30 MB with a row of column names, as every spreadsheet, mail program and phone writes
        it. Nothing is imported before you have seen what would become of it.
      </p>
      <input
        ref={input}
        className="contacts-file"
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        aria-label="CSV file"
        tabIndex={-1}
        onChange={(event) => upload(event.target.files?.[0])}
      />
      <Button look="primary" disabled={busy} onClick={() => input.current?.click()}>
        {busy ? 'Reading…' : 'Choose a file'}
      </Button>
      {said === undefined ? null : <Notice tone="stop">{said}</Notice>}
    </section>
  );
}
