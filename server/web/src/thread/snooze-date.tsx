import '../ui/popups.css';
import { Dialog } from '@base-ui/react/dialog';
import { type FormEvent, useState } from 'react';
import { formText } from '../lib/form-text.ts';
import { fieldTime, snoozeChoices } from '../lib/snooze-times.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';

interface SnoozeDateProps {
  now: number;
  onPick: (until: number) => void;
  onClose: () => void;
}

const MINUTE = 60_000;
/** As far as the server lets something be put off. */
const TWO_YEARS = 2 * 365 * 24 * 60 * MINUTE;

/** Asks for any time to come. */
export function SnoozeDate({ now, onPick, onClose }: SnoozeDateProps) {
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const until = new Date(formText(new FormData(event.currentTarget), 'until')).getTime();
    if (Number.isNaN(until)) setError('This needs a day and a time.');
    else if (until < now + MINUTE) setError('This has to be later than now.');
    else if (until > now + TWO_YEARS) setError('Two years from now is the latest.');
    else onPick(until);
  };
  return (
    <Dialog.Root open onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-scrim" />
        <Dialog.Popup className="dialog">
          <div className="dialog-head">
            <Dialog.Title>Snooze until</Dialog.Title>
          </div>
          <form onSubmit={submit} noValidate>
            <TextField
              label="Day and time"
              name="until"
              type="datetime-local"
              defaultValue={fieldTime(snoozeChoices(now).at(-1)?.until ?? now)}
              error={error}
            />
            <div className="dialog-buttons">
              <Button look="quiet" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" look="primary">
                Snooze
              </Button>
            </div>
          </form>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
