import type { ContactDetail, ContactRecord } from '@latchbox/client/admin';
import { ArrowLeft, Download, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Link } from '../../app/link.tsx';
import { download } from '../../lib/download.ts';
import { dayTime } from '../../lib/time-words.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot, Page, Part } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { useTellFailure } from '../tell-failure.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { Addresses } from './addresses.tsx';
import { type ContactDraft, ContactFields, tagsOf } from './contact-form.tsx';
import { Conversations } from './conversations.tsx';
import { EraseDialog } from './erase-dialog.tsx';

/** One contact: who it is, by what it is reached, its conversations, and what was merged and split of it. */
export function ContactDetailPage({ id }: { id: string }) {
  const { contacts } = useAdmin();
  const { asked, again, put } = useAsked(id, (signal) => contacts.get(id, { signal }));
  const title = asked.state === 'ready' ? asked.value.name : 'Contact';
  return (
    <Page
      title={title}
      lede={
        <Link className="contacts-back" href={settingsPath('contacts')}>
          <Icon of={ArrowLeft} size={15} />
          All contacts
        </Link>
      }
    >
      <Loaded asked={asked} what="The contact" onRetry={again}>
        {(contact) =>
          contact.erasedAt === null ? (
            <Known
              contact={contact}
              onChanged={(now) => {
                // Its version at once: the next change may be quicker than the answer to the question.
                if (now !== undefined) put({ ...contact, ...now });
                again();
              }}
            />
          ) : (
            <Notice tone="plain">Who this was, and what was written, was erased.</Notice>
          )
        }
      </Loaded>
    </Page>
  );
}

interface PartProps {
  contact: ContactDetail;
  /** With what it is now, where that was answered. */
  onChanged: (now?: ContactRecord) => void;
}

function Known({ contact, onChanged }: PartProps) {
  // What is merged and taken apart again has other tags and another owner: the form begins with those.
  const acts = contact.acts.map(({ id, undoneAt }) => `${id} ${undoneAt}`).join();
  return (
    <>
      <Who key={acts} contact={contact} onChanged={onChanged} />
      <Addresses contact={contact} onChanged={onChanged} />
      <Conversations contact={contact} />
      <Acts contact={contact} onChanged={onChanged} />
      <Privacy contact={contact} onChanged={onChanged} />
    </>
  );
}

function Who({ contact, onChanged }: PartProps) {
  const { contacts } = useAdmin();
  const saving = useSaving();
  const [draft, setDraft] = useState<ContactDraft>({
    name: contact.name,
    ownerId: contact.owner?.id ?? '',
    tags: contact.tags.join(', '),
  });
  return (
    <form
      className="contacts-form"
      aria-label="Who it is"
      onSubmit={(event) => {
        event.preventDefault();
        void saving.run(
          () =>
            contacts.change(contact.id, {
              version: contact.version,
              name: draft.name,
              ownerId: draft.ownerId || null,
              tags: tagsOf(draft.tags),
            }),
          onChanged,
        );
      }}
    >
      <div className="settings-fields">
        <ContactFields
          draft={draft}
          owner={contact.owner}
          wrong={saving.wrong}
          onChange={(to) => {
            saving.touched();
            setDraft(to);
          }}
        />
      </div>
      <Foot saved={saving.saved} problem={saving.problem('name', 'ownerId', 'tags')}>
        <Button look="primary" type="submit" disabled={saving.busy}>
          {saving.busy ? 'Saving…' : 'Save'}
        </Button>
      </Foot>
    </form>
  );
}

function Acts({ contact, onChanged }: PartProps) {
  const { contacts } = useAdmin();
  const onFailed = useTellFailure();
  if (contact.acts.length === 0) return null;
  return (
    <Part title="Merged and split">
      <ul className="settings-list">
        {contact.acts.map(({ id, kind, at, by, others, undoneAt }) => (
          <li key={id}>
            <div className="grow">
              {kind === 'merge' ? 'Merged with ' : 'Split off: '}
              <b>{others.join(', ')}</b>
              <small>
                {by.name}, {dayTime(at, Date.now())}
              </small>
            </div>
            {undoneAt === null ? (
              <Button onClick={() => void contacts.undo(contact.id, id).then(onChanged, onFailed)}>
                Undo
              </Button>
            ) : (
              <span className="hint">Undone</span>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Privacy({ contact, onChanged }: PartProps) {
  const { contacts } = useAdmin();
  const onFailed = useTellFailure();
  const [erasing, setErasing] = useState(false);
  const save = (): void =>
    void contacts.exportOne(contact.id).then((file) => download(file, 'contact.json'), onFailed);
  return (
    <Part title="Privacy">
      <p className="settings-lede">
        Everything that is kept about {contact.name} can be taken along, or erased for good.
      </p>
      <div className="contacts-tools">
        <Button onClick={save}>
          <Icon of={Download} size={16} />
          Export everything
        </Button>
        <Button onClick={() => setErasing(true)}>
          <Icon of={Trash2} size={16} />
          Erase…
        </Button>
      </div>
      {erasing ? (
        <EraseDialog contact={contact} onClose={() => setErasing(false)} onErased={() => onChanged()} />
      ) : null}
    </Part>
  );
}
