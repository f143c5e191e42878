import type { ListRow } from '@latchbox/client';
import { fill, h, show } from './dom';
import { client } from './latchbox';
import { clock } from './words';

/** The conversations of all inboxes, live. */
export function inboxList(onOpen: (id: string) => void): HTMLElement {
  const list = client.list({ status: 'open' });
  const element = h('nav', { class: 'list', 'aria-label': 'Conversations' });
  let openId = '';
  const line = (row: ListRow): HTMLElement =>
    h(
      'button',
      {
        type: 'button',
        'aria-current': row.id === openId && 'true',
        onclick: () => {
          openId = row.id;
          render();
          onOpen(row.id);
        },
      },
      h('span', { class: row.unread ? 'unread' : '' }, row.contact.name),
      row.lock.status === 'held'
        ? h('span', { class: 'held' }, row.lock.holder.name)
        : h('time', {}, clock(row.lastAt)),
      h('span', { class: 'preview' }, row.subject),
    );
  const render = (): void => {
    const { rows, status, hasMore } = list.getSnapshot();
    const empty = status === 'ready' && rows.length === 0;
    fill(
      element,
      h('h1', {}, 'Inbox'),
      empty && h('p', { class: 'blank' }, 'Nothing to answer.'),
      ...rows.map(line),
      hasMore && h('button', { type: 'button', onclick: () => void list.more() }, 'More'),
    );
  };
  show(list, render);
  return element;
}
