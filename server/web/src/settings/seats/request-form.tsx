import type { Organisation } from '@latchbox/client/admin';
import { type FormEvent, useRef } from 'react';
import { formText } from '../../lib/form-text.ts';
import { Button } from '../../ui/button.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Loaded } from '../loaded.tsx';
import { Foot, Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { useSaving } from '../use-saving.ts';
import { Terms } from './terms.tsx';

interface RequestFormProps {
  /** Whose mailbox it is to be, where an admin asks; left out: one's own. */
  owner?: { readonly id: string; readonly name: string };
  onDone: () => void;
  onCancel: () => void;
}

/** Asks for a mailbox: the address, the terms, a word to whoever decides (O3). */
export function RequestForm(props: RequestFormProps) {
  const { organisation } = useAdmin();
  const { asked, again } = useAsked('organisation', (signal) => organisation.get({ signal }));
  return (
    <Loaded asked={asked} what="The terms" onRetry={again}>
      {(found) => <Fields {...props} organisation={found} />}
    </Loaded>
  );
}

function Fields({
  owner,
  organisation,
  onDone,
  onCancel,
}: RequestFormProps & { organisation: Organisation }) {
  const { mailboxRequests } = useAdmin();
  const { busy, problem, wrong, run } = useSaving();
  const form = useRef<HTMLFormElement>(null);
  const { termsVersion } = organisation;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const data = new FormData(form.current ?? undefined);
    const asked = {
      address: formText(data, 'address').trim(),
      note: formText(data, 'note'),
      ...(data.has('terms') && { confirmedTerms: termsVersion }),
      ...(owner && { ownerId: owner.id }),
    };
    void run(() => mailboxRequests.request(asked), onDone);
  };
  return (
    <form ref={form} aria-label="Request a mailbox" onSubmit={submit}>
      <Part
        title={owner === undefined ? 'Which address' : `Which address for ${owner.name}`}
        hint="An address that is plainly the person’s own is approved at once; any other by an admin, or by a code that is mailed to it."
      >
        <div className="settings-fields">
          <TextField
            label="Mail address"
            name="address"
            type="email"
            autoComplete="off"
            autoFocus
            required
            error={wrong('address')}
          />
          <TextArea
            label="A word to whoever decides"
            name="note"
            rows={3}
            maxLength={1_000}
            hint="Only where nothing says whose the address is."
          />
        </div>
      </Part>
      <Terms of={organisation} />
      <Foot saved={false} problem={problem('address')}>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" look="primary" disabled={busy}>
          Request it
        </Button>
      </Foot>
    </form>
  );
}
