import type { Conversation, LatchboxClient, ReplyEntry } from '@latchbox/client';
import { addressingOf, PLAIN } from '../composer/to/addressing.ts';
import { trayOf } from '../files/tray.ts';
import { forwardingOf, resumeForward } from '../forward/forwarding.ts';

/** Takes an own reply back before it leaves: text, files and recipients stand again where they were written. */
export async function takeBack(
  client: LatchboxClient,
  conversation: Conversation,
  entry: ReplyEntry,
): Promise<void> {
  const draft = conversation.draft('reply');
  const before = draft.getSnapshot().body;
  const files = await conversation.undo(entry.position);
  if (entry.forward !== undefined) {
    // What was said to somebody outside must not stand in a reply to the customer.
    draft.set(before);
    resumeForward(forwardingOf(client, conversation.id), entry);
    return;
  }
  const back = files.map((attachment) => {
    const { id: key, name, size } = attachment;
    return { key, name, size, state: 'ready', attachment } as const;
  });
  trayOf(client, conversation.id, 'reply').restore(back);
  const { to = [], cc = [], bcc = [] } = entry.mail ?? {};
  // To whom it was meant, it is meant still.
  if (to.length + cc.length + bcc.length > 1)
    addressingOf(client, conversation.id).set({ ...PLAIN, mode: 'own', people: { to, cc, bcc } });
}
