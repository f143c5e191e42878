import type { ListQuery } from '@latchbox/client';
import type { View } from '../app/place.ts';

/** What of all conversations a view shows; null for one under a name, which stands in what is kept. */
export function queryOf(view: View): ListQuery | null {
  switch (view.name) {
    case 'inbox':
      return { ...view.filter, inboxIds: [view.inboxId], status: view.status };
    case 'mine':
      return { ...view.filter, status: 'open', assignee: 'me' };
    case 'unassigned':
      return { ...view.filter, status: 'open', assignee: 'none' };
    case 'all':
      return { ...view.filter, status: 'open' };
    case 'snoozed':
    case 'archived':
      return { ...view.filter, status: view.name };
    case 'view':
      return null;
  }
}

/** The view that shows the same, in whose filter everything can be changed. */
export function viewOf({ status = 'open', inboxIds, assignee, unread }: ListQuery): View {
  const filter = {
    ...(inboxIds && { inboxIds }),
    ...(assignee !== undefined && { assignee }),
    ...(unread !== undefined && { unread }),
  };
  return { name: status === 'open' ? 'all' : status, filter };
}
