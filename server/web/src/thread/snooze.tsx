import { CalendarClock, Clock, ClockAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useClient } from '../app/client.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { snoozeChoices } from '../lib/snooze-times.ts';
import { comingTime, dayTime } from '../lib/time-words.ts';
import { BareIconButton } from '../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { useToast } from '../ui/toasts.tsx';
import type { ActionsProps } from './actions-props.ts';

const DateDialog = lazy(async () => ({ default: (await import('../ui/date-dialog.tsx')).DateDialog }));

/** Puts a conversation off until a time. */
export function Snooze({ conversation, row, withKeys = false, onFailed, onLeave }: ActionsProps) {
  const { clock } = useClient();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [date, setDate] = useState(false);
  useShortcut('snooze', withKeys ? () => setOpen(true) : null);
  const now = clock.now();
  const snoozed = row.status === 'snoozed';

  const wake = (): void => void conversation.setStatus('open').catch(onFailed);
  const snooze = (until: number): void => {
    setDate(false);
    conversation.snooze(until).then(() => {
      toast(`Snoozed until ${comingTime(until, clock.now())}`, wake);
      onLeave();
    }, onFailed);
  };

  return (
    <>
      <Menu
        tip="Snooze"
        shortcut="snooze"
        open={open}
        onOpenChange={setOpen}
        trigger={<BareIconButton icon={Clock} label="Snooze" />}
      >
        {snoozed ? (
          <>
            <MenuItem icon={ClockAlert} onClick={wake}>
              Bring it back now
            </MenuItem>
            <MenuLine />
          </>
        ) : null}
        {snoozeChoices(now).map(({ words, until }) => (
          <MenuItem key={words} icon={Clock} aside={dayTime(until, now)} onClick={() => snooze(until)}>
            {words}
          </MenuItem>
        ))}
        <MenuItem icon={CalendarClock} onClick={() => setDate(true)}>
          Pick a date…
        </MenuItem>
      </Menu>
      {date ? (
        <Suspense>
          <DateDialog
            title="Snooze until"
            action="Snooze"
            now={now}
            at={snoozeChoices(now).at(-1)?.until ?? now}
            onPick={snooze}
            onClose={() => setDate(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
