import type { InboxRecord, Mailbox } from '@latchbox/client/admin';
import type { FormEvent } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Loaded } from '../loaded.tsx';
import { useManaged } from '../managed-inbox.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useSaving } from '../use-saving.ts';

interface SwitchFormProps {
  mailbox: Mailbox;
  onDone: () => void;
  onCancel: () => void;
}

/** Makes a mailbox of one's own one of a shared inbox (H2). */
export function SwitchForm(props: SwitchFormProps) {
  const { asked, again } = useManaged();
  return (
    <Loaded asked={asked} what="The inboxes" onRetry={again}>
      {(inboxes) => <Form {...props} inboxes={inboxes.filter(({ kind }) => kind === 'shared')} />}
    </Loaded>
  );
}

function Form({
  mailbox: { id, address },
  inboxes,
  onDone,
  onCancel,
}: SwitchFormProps & { inboxes: readonly InboxRecord[] }) {
  const { mailboxes } = useAdmin();
  const { busy, problem, wrong, run } = useSaving();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const inbox = formText(new FormData(event.currentTarget), 'inbox');
    void run(() => mailboxes.switch(id, { to: 'shared', inbox }), onDone);
  };
  return (
    <form aria-label={`Move ${address} to a shared inbox`} onSubmit={submit}>
      <Part
        title={`Move ${address} to a shared inbox`}
        hint="What came and went stays in your own inbox, where nobody else sees it. What comes once it is connected there is its members’."
      >
        {inboxes.length === 0 ? (
          <p>You manage no shared inbox. An admin can let you.</p>
        ) : (
          <div className="settings-fields">
            <SelectField label="Shared inbox" name="inbox" error={wrong('inbox')} autoFocus>
              {inboxes.map((inbox) => (
                <option key={inbox.id} value={inbox.id}>
                  {inbox.name}
                </option>
              ))}
            </SelectField>
          </div>
        )}
      </Part>
      <Foot saved={false} problem={problem('inbox')}>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={busy || inboxes.length === 0}>
          Move it
        </Button>
      </Foot>
    </form>
  );
}
