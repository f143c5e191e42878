import type { Deactivated, Holdings, User, UserDetail } from '@latchbox/client/admin';
import { type FormEvent, useState } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot, Page, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';

interface DeactivateFormProps {
  user: UserDetail;
  onOver: () => void;
}

/** What somebody leaves behind, to whom it goes, and the end of the account (T14). */
export function DeactivateForm({ user, onOver }: DeactivateFormProps) {
  const { users } = useAdmin();
  const { asked, again } = useAsked(`leaving ${user.id}`, async (signal) => ({
    left: await users.holdings(user.id, { signal }),
    colleagues: (await users.list({ signal })).filter(
      ({ id, state }) => id !== user.id && state === 'active',
    ),
  }));
  const [done, setDone] = useState<Deactivated | null>(null);
  return (
    <Page
      title={`Deactivate ${user.name}`}
      lede="They are signed out everywhere at once, and cannot sign in again. What they wrote stays where it is."
    >
      {done === null ? (
        <Loaded asked={asked} what="What they leave behind" onRetry={again}>
          {({ left, colleagues }) => (
            <HandForm user={user} left={left} colleagues={colleagues} onDone={setDone} onCancel={onOver} />
          )}
        </Loaded>
      ) : (
        <Done user={user} done={done} onOver={onOver} />
      )}
    </Page>
  );
}

const some = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** What there is, in words; what there is none of is not said. */
function leftWords({
  locks,
  assigned,
  drafts,
  contacts,
  scheduled,
  mailboxes,
  apiKeys,
  signIns,
}: Holdings): string[] {
  return [
    locks > 0 ? some(locks, 'conversation held right now', 'conversations held right now') : '',
    assigned.open > 0
      ? `${some(assigned.open, 'open conversation', 'open conversations')} assigned to them`
      : '',
    assigned.snoozed > 0
      ? `${some(assigned.snoozed, 'snoozed conversation', 'snoozed conversations')} assigned to them`
      : '',
    drafts > 0 ? some(drafts, 'unsent draft', 'unsent drafts') : '',
    contacts > 0 ? some(contacts, 'contact of their own', 'contacts of their own') : '',
    scheduled > 0
      ? `${some(scheduled, 'scheduled reply', 'scheduled replies')}: stopped, the text stays`
      : '',
    mailboxes > 0
      ? `${some(mailboxes, 'mailbox of their own', 'mailboxes of their own')}: stay connected`
      : '',
    apiKeys > 0 ? `${some(apiKeys, 'API key', 'API keys')}: no longer accepted` : '',
    signIns > 0 ? `${some(signIns, 'sign-in', 'sign-ins')}: ended` : '',
  ].filter((words) => words !== '');
}

interface HandFormProps {
  user: UserDetail;
  left: Holdings;
  colleagues: readonly User[];
  onDone: (done: Deactivated) => void;
  onCancel: () => void;
}

const NOBODY = '';

const HANDED = [
  {
    field: 'locksTo',
    label: 'Conversations held',
    nobody: 'Released, free for all',
    hint: 'Where the colleague is there and may reply.',
  },
  {
    field: 'assignmentsTo',
    label: 'Assigned conversations',
    nobody: 'To nobody',
    hint: 'Where the colleague may reply, else to nobody.',
  },
  {
    field: 'draftsTo',
    label: 'Unsent drafts',
    nobody: 'They stay where they are',
    hint: 'Where the colleague may reply.',
  },
  {
    field: 'contactsTo',
    label: 'Contacts of theirs',
    nobody: 'To nobody',
    hint: 'What such a contact writes is for its owner, where nobody else has it.',
  },
] as const;

interface ToWhomProps {
  field: string;
  label: string;
  nobody: string;
  hint: string;
  colleagues: readonly User[];
  error: string | undefined;
}

function ToWhom({ field, label, nobody, hint, colleagues, error }: ToWhomProps) {
  return (
    <SelectField label={label} name={field} hint={hint} error={error} defaultValue={NOBODY}>
      <option value={NOBODY}>{nobody}</option>
      {colleagues.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

function HandForm({ user, left, colleagues, onDone, onCancel }: HandFormProps) {
  const { users } = useAdmin();
  const { busy, saved, run, wrong, problem } = useSaving();
  const words = leftWords(left);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const to = (field: string): string | null => formText(data, field) || null;
    const hand = {
      locksTo: to('locksTo'),
      assignmentsTo: to('assignmentsTo'),
      draftsTo: to('draftsTo'),
      contactsTo: to('contactsTo'),
    };
    void run(() => users.deactivate(user.id, hand), onDone);
  };
  return (
    <form onSubmit={submit} aria-label={`Deactivate ${user.name}`}>
      <Part title="What they leave behind">
        {words.length === 0 ? (
          <p className="hint">Nothing.</p>
        ) : (
          <ul className="user-left">
            {words.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )}
      </Part>
      <Part title="To whom it goes">
        <div className="settings-fields">
          {HANDED.map((one) => (
            <ToWhom key={one.field} {...one} colleagues={colleagues} error={wrong(one.field)} />
          ))}
        </div>
      </Part>
      <Foot saved={saved} problem={problem(...HANDED.map(({ field }) => field))}>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" look="primary" aria-disabled={busy}>
          {busy ? 'Deactivating…' : `Deactivate ${user.name}`}
        </Button>
      </Foot>
    </form>
  );
}

function Done({ user, done, onOver }: { user: UserDetail; done: Deactivated; onOver: () => void }) {
  const { locks, assigned, cleared, drafts, contacts, stopped } = done;
  const words = [
    locks.handed > 0 ? `${some(locks.handed, 'conversation', 'conversations')} handed over` : '',
    locks.released > 0 ? `${some(locks.released, 'conversation', 'conversations')} released` : '',
    assigned > 0 ? `${some(assigned, 'assignment', 'assignments')} handed on` : '',
    cleared > 0 ? `${some(cleared, 'conversation is', 'conversations are')} nobody’s now` : '',
    drafts > 0 ? `${some(drafts, 'draft', 'drafts')} handed on` : '',
    contacts > 0 ? `${some(contacts, 'contact', 'contacts')} handed on` : '',
    stopped > 0 ? `${some(stopped, 'scheduled reply', 'scheduled replies')} stopped` : '',
  ].filter((one) => one !== '');
  return (
    <div className="factor-steps">
      <Notice tone="good">
        <b>{user.name} is deactivated.</b> {words.length === 0 ? '' : `${words.join(', ')}.`}
        {done.done ? '' : ' The rest goes on by itself.'}
      </Notice>
      <div>
        <Button look="primary" onClick={onOver}>
          Done
        </Button>
      </div>
    </div>
  );
}
