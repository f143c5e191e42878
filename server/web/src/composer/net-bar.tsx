import { CloudOff } from 'lucide-react';
import { goneWords, useGoneFor } from '../app/use-gone-for.ts';
import { Icon } from '../ui/icon.tsx';
import { Plate } from '../ui/plate.tsx';
import { Bar } from './bar.tsx';

/** The connection is gone for longer than a moment: whether sending is safe, and that the text is kept. */
export function NetBar({ sendWaits }: { sendWaits: boolean }) {
  const gone = useGoneFor();
  const long = gone.minutes > 0;
  return (
    <Bar
      look={long ? 'gone' : 'net'}
      plate={
        <Plate look={long ? 'gone' : 'outline'}>
          <Icon of={CloudOff} size={16} />
        </Plate>
      }
      title={goneWords(gone.minutes)}
      rest={
        sendWaits
          ? 'Keep writing. Send waits until this thread is current.'
          : 'Your text is kept on this device. Nothing can be sent.'
      }
    />
  );
}
