import { CalendarClock, Clock } from 'lucide-react';
import { laterChoices } from '../lib/later-times.ts';
import { dayTime } from '../lib/time-words.ts';
import { MenuItem, MenuLine } from '../ui/menu.tsx';

interface LaterMenuProps {
  now: number;
  onLater: (at: number) => void;
  onPickDate: () => void;
}

/** The times at which a reply may leave by itself: a part of the menu beside Send. */
export function LaterMenu({ now, onLater, onPickDate }: LaterMenuProps) {
  return (
    <>
      <MenuLine />
      {laterChoices(now).map(({ words, at }) => (
        <MenuItem key={words} icon={Clock} aside={dayTime(at, now)} onClick={() => onLater(at)}>
          {`Send ${sentWhen(words)}`}
        </MenuItem>
      ))}
      <MenuItem icon={CalendarClock} onClick={onPickDate}>
        Send at a time…
      </MenuItem>
    </>
  );
}

/** "In an hour" after a verb; the name of a day keeps its capital. */
function sentWhen(words: string): string {
  return words.startsWith('Monday') ? `on ${words}` : words.charAt(0).toLowerCase() + words.slice(1);
}
