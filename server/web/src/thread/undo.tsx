import type { Conversation, ReplyEntry } from '@latchbox/client';
import { Clock } from 'lucide-react';
import { useClient } from '../app/client.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { Button } from '../ui/button.tsx';
import { useSecondsLeft } from '../ui/countdown.tsx';
import { Icon } from '../ui/icon.tsx';
import { Tip } from '../ui/tip.tsx';
import { takeBack } from './take-back.ts';

interface UndoProps {
  conversation: Conversation;
  /** One's own, on its way. */
  entry: ReplyEntry;
  onFailed: (error: unknown) => void;
}

/** For a few seconds a reply waits here and can be taken back, by the button or by its key; its text is the draft again. */
export function Undo({ conversation, entry, onFailed }: UndoProps) {
  const client = useClient();
  const left = useSecondsLeft(entry.undoUntil ?? 0);
  const undo = (): void => {
    takeBack(client, conversation, entry).catch(onFailed);
  };
  useShortcut('undo', left > 0 ? undo : null);
  if (left === 0) {
    return (
      <span>
        <Icon of={Clock} size={15} />
        <span>On its way</span>
      </span>
    );
  }
  return (
    <>
      <span>
        <Icon of={Clock} size={15} />
        <span>
          Leaves in <span aria-hidden="true">{left} s</span>
          <span className="said">a few seconds</span>
        </span>
      </span>
      <Tip words="Take it back" shortcut="undo">
        <Button size="small" onClick={undo}>
          Undo
        </Button>
      </Tip>
    </>
  );
}
