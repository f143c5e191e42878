import { type FormEvent, useState } from 'react';
import { formText } from '../lib/form-text.ts';
import { zoneWords } from '../lib/later-times.ts';
import { fieldTime } from '../lib/snooze-times.ts';
import { Button } from './button.tsx';
import { TextArea, TextField } from './field.tsx';
import { Modal } from './modal.tsx';

interface DateDialogProps {
  title: string;
  /** What the button says. */
  action: string;
  now: number;
  /** What stands in the field at first. */
  at: number;
  /** A text that can be changed along; left out: none. */
  text?: string | undefined;
  onPick: (at: number, text: string) => void;
  onClose: () => void;
}

const MINUTE = 60_000;
/** As far as the server lets something be put off. */
const TWO_YEARS = 2 * 365 * 24 * 60 * MINUTE;

/** Asks for any time to come, in the zone of this browser. */
export function DateDialog({ title, action, now, at, text, onPick, onClose }: DateDialogProps) {
  const [error, setError] = useState<string>();
  const [empty, setEmpty] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const picked = new Date(formText(data, 'until')).getTime();
    const written = formText(data, 'text');
    if (Number.isNaN(picked)) setError('This needs a day and a time.');
    else if (picked < now + MINUTE) setError('This has to be later than now.');
    else if (picked > now + TWO_YEARS) setError('Two years from now is the latest.');
    else if (text !== undefined && written.trim() === '') setEmpty(true);
    else onPick(picked, written);
  };
  return (
    <Modal title={title} onClose={onClose}>
      <form onSubmit={submit} noValidate className="dialog-fields">
        {text === undefined ? null : (
          <TextArea
            label="Text"
            name="text"
            defaultValue={text}
            rows={5}
            error={empty ? 'There has to be a text.' : undefined}
          />
        )}
        <TextField
          label="Day and time"
          name="until"
          type="datetime-local"
          defaultValue={fieldTime(at)}
          hint={`Your time, ${zoneWords()}`}
          error={error}
        />
        <div className="dialog-buttons">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary">
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
