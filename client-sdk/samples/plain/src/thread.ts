import type { Conversation, ConversationSnapshot, Entry, OutgoingMessage } from '@latchbox/client';
import { composer, typingLine } from './composer';
import { fill, h, show } from './dom';
import { client } from './latchbox';
import type { Part } from './lock-bar';
import { activityWords, clock, errorWords } from './words';

/** Opens a conversation. Closing leaves it: its lock is given back, unless it is opened again at once. */
export function openThread(id: string): Part {
  const conversation = client.conversation(id);
  const lease = conversation.open();
  const title = h('h2');
  const contact = h('span');
  const viewers = h('small');
  const head = h('header', {}, title, contact, viewers);
  const messages = h('ol', { class: 'messages', 'aria-label': 'Messages' });
  const parts = [typingLine(conversation), composer(conversation)];
  const element = h(
    'section',
    { class: 'thread', 'aria-label': 'Thread' },
    head,
    messages,
    ...parts.map((part) => part.element),
  );
  let newest: number | undefined;
  const stops = [
    show(conversation.viewers, (all) => fill(viewers, all.map(({ person }) => person.name).join(', '))),
    show(conversation, (snapshot) => {
      const { row, entries } = snapshot;
      if (snapshot.status === 'gone') {
        fill(element, h('p', { class: 'blank' }, 'This conversation is not there (any more).'));
        return;
      }
      fill(title, row?.subject ?? '');
      fill(contact, row?.contact.name ?? '');
      fill(messages, ...lines(conversation, snapshot));
      if (entries.at(-1)?.position === newest) return;
      newest = entries.at(-1)?.position;
      messages.scrollTop = messages.scrollHeight;
      conversation.markRead().catch(() => {});
    }),
  ];
  return {
    element,
    close() {
      for (const stop of stops) stop();
      for (const part of parts) part.close();
      lease.release();
    },
  };
}

function lines(
  conversation: Conversation,
  { entries, outgoing, hasMore }: ConversationSnapshot,
): HTMLElement[] {
  const older = h('button', { type: 'button', onclick: () => void conversation.older() }, 'Older');
  return [
    ...(hasMore ? [h('li', { class: 'activity' }, older)] : []),
    ...entries.map(line),
    ...outgoing.map((message) => onItsWay(conversation, message)),
  ];
}

function line(entry: Entry): HTMLElement {
  if (entry.kind === 'activity') return h('li', { class: 'activity' }, activityWords(entry));
  return h(
    'li',
    { class: entry.kind },
    h(
      'small',
      {},
      `${entry.author.name} ${entry.kind === 'note' ? '(note) ' : ''}`,
      h('time', {}, clock(entry.at)),
      entry.kind === 'reply' && ` · ${entry.delivery.state}`,
    ),
    h('p', {}, entry.body),
  );
}

function onItsWay(conversation: Conversation, message: OutgoingMessage): HTMLElement {
  const { clientId, kind, body } = message;
  if (message.state !== 'failed')
    return h('li', { class: `${kind} sending` }, h('small', {}, 'Sending…'), h('p', {}, body));
  const { code } = message.error;
  // The text was stopped because something is new. It is on the screen now: whoever presses has seen it.
  const stopped = code === 'thread_moved_on' || code === 'lock_lost';
  const again = (): void => {
    if (stopped) conversation.sendAnyway(clientId);
    else if (kind === 'reply') conversation.reply({ body, clientId });
    else conversation.note({ body, clientId });
  };
  return h(
    'li',
    { class: 'failed' },
    h('small', {}, `Not sent: ${errorWords(message.error)}`),
    h('p', {}, body),
    h('button', { type: 'button', onclick: again }, stopped ? 'Send anyway' : 'Try again'),
    h('button', { type: 'button', onclick: () => conversation.discard(clientId) }, 'Discard'),
  );
}
