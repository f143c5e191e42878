import { Autocomplete } from '@base-ui/react/autocomplete';
import type { FoundContact, Recipient } from '@latchbox/client';
import { X } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import { FoundContacts } from '../../compose/found-contacts.tsx';
import { useFound } from '../../compose/use-found.ts';
import { Icon } from '../../ui/icon.tsx';
import { addressProblem, recipientName } from './addresses.ts';

interface RecipientsFieldProps {
  label: string;
  people: readonly Recipient[];
  typed: string;
  /** What is wrong with what was typed. */
  wrong: string | null;
  autoFocus?: boolean;
  onPut: (people: readonly Recipient[]) => void;
  onType: (text: string) => void;
  /** What was typed is meant to be a recipient. */
  onTake: () => void;
}

type BaseKeyboardEvent = KeyboardEvent & { preventBaseUIHandler?: () => void };

/** Whether this key says that what was typed is a recipient. */
function ends(event: BaseKeyboardEvent, typed: string, showing: boolean): boolean {
  if (event.nativeEvent.isComposing || event.metaKey || event.ctrlKey) return false;
  if (![',', ';', 'Enter'].includes(event.key)) return false;
  // A whole address is meant as it stands, whatever is suggested; anything less may be one of those.
  if (event.key === 'Enter' && showing && addressProblem(typed.trim()) !== null) return false;
  event.preventDefault();
  event.preventBaseUIHandler?.();
  return true;
}

/** Some recipients, each of whom can be taken out, and a field for more. */
export function RecipientsField(props: RecipientsFieldProps) {
  const { label, people, wrong, onPut } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  return (
    <div className="to-row" role="group" aria-label={label}>
      <label htmlFor={id}>{label}</label>
      <div className="to-people">
        {people.map((one) => (
          <span key={one.address} className="to-chip" title={one.address}>
            <span className="cut">{recipientName(one)}</span>
            <button
              type="button"
              aria-label={`Not to ${recipientName(one)}`}
              onClick={() => {
                onPut(people.filter((other) => other !== one));
                field.current?.focus();
              }}
            >
              <Icon of={X} size={14} />
            </button>
          </span>
        ))}
        <MoreInput id={id} field={field} {...props} />
      </div>
      {wrong === null ? null : (
        <p className="field-error to-wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

function MoreInput(props: RecipientsFieldProps & { id: string; field: RefObject<HTMLInputElement | null> }) {
  const { id, field, people, typed, wrong, autoFocus = false, onPut, onType, onTake } = props;
  const [open, setOpen] = useState(false);
  const there = new Set(people.map(({ address }) => address.toLowerCase()));
  const found = useFound(typed, typed.trim() === '' ? undefined : 'email').filter(
    ({ contact }) => !there.has(contact.address.toLowerCase()),
  );
  const showing = open && found.length > 0;
  const onKeyDown = (event: BaseKeyboardEvent): void => {
    if (event.key === 'Backspace' && typed === '') onPut(people.slice(0, -1));
    else if (ends(event, typed, showing) && typed.trim() !== '') onTake();
  };
  return (
    <Autocomplete.Root
      items={found}
      mode="none"
      value={typed}
      open={showing}
      onOpenChange={setOpen}
      itemToStringValue={({ contact }: FoundContact) => contact.address}
      onValueChange={(value, { reason }) => (reason === 'item-press' ? undefined : onType(value))}
      autoHighlight
    >
      <Autocomplete.Input
        id={id}
        ref={field}
        className="to-input"
        autoFocus={autoFocus}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : `${id}-wrong`}
        inputMode="email"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        onKeyDown={onKeyDown}
        onBlur={() => (typed.trim() === '' || showing ? undefined : onTake())}
        onPaste={(event) => {
          const text = event.clipboardData.getData('text');
          if (!/[,;\n]/.test(text)) return;
          // Several at once: each becomes one.
          event.preventDefault();
          onType(typed + text);
          requestAnimationFrame(onTake);
        }}
      />
      <FoundContacts
        className="to-found"
        gap={6}
        onPick={({ contact: { name, address } }) => {
          onType('');
          onPut([...people, name === address ? { address } : { name, address }]);
          field.current?.focus();
        }}
      />
    </Autocomplete.Root>
  );
}
