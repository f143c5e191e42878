import '../ui/field.css';
import { type FormEvent, type KeyboardEvent, useId } from 'react';
import { Button } from '../ui/button.tsx';

interface NoteFormProps {
  /** What is said along, as a question to the one who writes. */
  label: string;
  action: string;
  onSend: (note: string) => void;
  onCancel: () => void;
}

const LONGEST = 500;

/** A few words to a colleague, before something is done that concerns them. Escape leaves it. */
export function NoteForm({ label, action, onSend, onCancel }: NoteFormProps) {
  const id = useId();
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const note = new FormData(event.currentTarget).get('note');
    onSend(typeof note === 'string' ? note.trim() : '');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    onCancel();
  };
  return (
    <form className="bar-form" onSubmit={send} onKeyDown={onKeyDown}>
      <label className="said" htmlFor={id}>
        {label}
      </label>
      <input id={id} name="note" className="input" maxLength={LONGEST} placeholder={label} autoFocus />
      <Button size="small" look="quiet" onClick={onCancel}>
        Cancel
      </Button>
      <Button size="small" look="brass" type="submit">
        {action}
      </Button>
    </form>
  );
}
