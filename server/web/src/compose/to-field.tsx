import { Autocomplete } from '@base-ui/react/autocomplete';
import { type FoundContact, LatchboxError } from '@latchbox/client';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import { FoundContacts } from './found-contacts.tsx';
import type { Letter } from './letter.ts';
import { useFound } from './use-found.ts';

interface ToFieldProps {
  letter: Letter;
  channel: FoundContact['channel'] | undefined;
  first: boolean;
  /** Why it was not sent. */
  error: unknown;
  onChange: (part: Partial<Pick<Letter, 'contact' | 'address'>>) => void;
}

/** Whom it goes to: a contact that is suggested, or any address. */
export function ToField({ letter, channel, first, error, onChange }: ToFieldProps) {
  const { contact, address } = letter;
  const id = useId();
  const wrong = addressProblem(error);
  return (
    <div className="compose-row compose-to">
      <label htmlFor={id}>To</label>
      {contact === null ? (
        <AddressInput
          id={id}
          address={address}
          channel={channel}
          first={first}
          wrong={wrong}
          onChange={onChange}
        />
      ) : (
        <span className="compose-contact">
          <span className="cut">
            <b>{contact.name}</b> {contact.address === contact.name ? '' : contact.address}
          </span>
          <IconButton
            icon={X}
            label={`Not to ${contact.name}`}
            onClick={() => {
              onChange({ contact: null });
              requestAnimationFrame(() => document.getElementById(id)?.focus());
            }}
          />
        </span>
      )}
      {wrong === null ? null : (
        <p className="field-error compose-wrong" id={`${id}-wrong`}>
          {wrong}
        </p>
      )}
    </div>
  );
}

const HINTS = {
  email: 'Name or mail address',
  sms: 'Name or number, like +1 555 123 4567',
  simulator: 'Name or address',
} as const;

interface AddressInputProps extends Pick<ToFieldProps, 'channel' | 'first' | 'onChange'> {
  id: string;
  address: string;
  wrong: string | null;
}

function AddressInput({ id, address, channel, first, wrong, onChange }: AddressInputProps) {
  const found = useFound(address, channel);
  const [open, setOpen] = useState(false);
  return (
    <Autocomplete.Root
      items={found}
      mode="none"
      value={address}
      open={open && found.length > 0}
      onOpenChange={setOpen}
      itemToStringValue={({ contact }: FoundContact) => contact.address}
      onValueChange={(value) => onChange({ address: value })}
      openOnInputClick
      autoHighlight
    >
      <Autocomplete.Input
        id={id}
        className="compose-input"
        data-first={first ? '' : undefined}
        placeholder={HINTS[channel ?? 'email']}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : `${id}-wrong`}
        inputMode={channel === 'email' ? 'email' : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
      />
      <FoundContacts
        className="compose-found"
        gap={4}
        onPick={(one) => {
          onChange({ contact: one.contact, address: '' });
          requestAnimationFrame(() => document.querySelector<HTMLElement>('.compose [data-first]')?.focus());
        }}
      />
    </Autocomplete.Root>
  );
}

/** What the server has to say about the address. */
function addressProblem(error: unknown): string | null {
  if (!LatchboxError.is(error, 'invalid')) return null;
  const issue = error.details.issues.find(({ path }) => path.startsWith('to'));
  return issue === undefined ? null : `The address ${issue.message}.`;
}
