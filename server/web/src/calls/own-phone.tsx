import './calls.css';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { callsOf } from '@latchbox/client/calls';
import { useClient } from '../app/client.ts';
import { errorWords } from '../lib/error-words.ts';
import { formText } from '../lib/form-text.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

interface OwnPhoneProps {
  known: string | null;
  onKnown: (phone: string | null) => void;
  onClose: () => void;
}

/** The phone on which calls reach whoever is signed in, and which rings first when they call. */
export function OwnPhone({ known, onKnown, onClose }: OwnPhoneProps) {
  const client = useClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<string>();
  useEffect(() => dialog.current?.showModal(), []);

  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const typed = formText(new FormData(event.currentTarget), 'phone').trim();
    callsOf(client)
      .setPhone(typed === '' ? null : typed)
      .then(
        (phone) => {
          onKnown(phone);
          onClose();
        },
        (error: unknown) => setProblem(errorWords(error)),
      );
  };
  return (
    <dialog ref={dialog} className="own-phone" aria-label="Your phone" onClose={onClose}>
      <form onSubmit={save}>
        <h2>Your phone</h2>
        <p className="hint">
          It rings when a customer’s call is for you, and first when you call somebody. Customers do not see
          it.
        </p>
        <TextField
          label="Number"
          name="phone"
          type="tel"
          autoComplete="tel"
          defaultValue={known ?? ''}
          hint="With its country code, as in +44 7700 900123"
          error={problem}
        />
        <div className="own-phone-acts">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary">
            Save
          </Button>
        </div>
      </form>
    </dialog>
  );
}
