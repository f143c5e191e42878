import type { Conversation, DraftKind, ScheduledReply } from '@latchbox/client';
import { readyIds, type Tray } from '../files/tray.ts';
import type { AddressingState } from './to/use-addressing.ts';

/** What leaves, and from where. */
export interface Leaving {
  readonly conversation: Conversation;
  readonly kind: DraftKind;
  readonly tray: Tray;
  readonly addressing: Pick<AddressingState, 'leave'>;
  readonly onArchived: () => void;
}

/** What stands in the draft with the files beside it, taken out of the composer, and the way back; null: nothing can leave. */
function takeOut({ conversation, kind, tray, addressing }: Leaving) {
  const { body } = conversation.draft(kind).getSnapshot();
  if (body.trim() === '') return null;
  const to = kind === 'reply' ? addressing.leave() : undefined;
  if (to === null) return null;
  const files = tray.take();
  return {
    what: { body, ...(files.length > 0 && { attachments: readyIds(files) }) },
    addressed: to?.addressed ?? {},
    back: (): void => {
      tray.restore(files);
      to?.back();
    },
  };
}

/** Sends what stands in the draft, with the files beside it. A refusal is in the snapshot, and said by the bar. */
export function sendAway(leaving: Leaving, then: 'stay' | 'archive'): void {
  const { conversation, kind, onArchived } = leaving;
  const taken = takeOut(leaving);
  if (taken === null) return;
  const { what, addressed, back } = taken;
  const { confirmed } =
    kind === 'reply' ? conversation.reply({ ...what, then, ...addressed }) : conversation.note(what);
  confirmed.then(() => (then === 'archive' ? onArchived() : undefined), back);
}

/** Keeps what stands in the draft to be sent at a time, by the server. `undo` brings it back. Null: nothing can leave. */
export function keepForLater(
  leaving: Leaving,
  sendAt: number,
): Promise<{ readonly scheduled: ScheduledReply; readonly undo: () => void }> | null {
  const { conversation } = leaving;
  const taken = takeOut(leaving);
  if (taken === null) return null;
  const { what, addressed, back } = taken;
  const undo = (): void => {
    const draft = conversation.draft('reply');
    if (draft.getSnapshot().body === '') draft.set(what.body);
    back();
  };
  return conversation.schedule({ ...what, ...addressed, sendAt }).then(
    (scheduled) => ({ scheduled, undo }),
    (error: unknown) => {
      back();
      throw error;
    },
  );
}
