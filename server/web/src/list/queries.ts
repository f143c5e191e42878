import type { ConversationList, LatchboxClient } from '@latchbox/client';
import type { View } from '../app/place.ts';

/** The live list of a view; the same object for the same view. */
export function listOf(client: LatchboxClient, view: View): ConversationList {
  switch (view.name) {
    case 'inbox':
      return client.list({ inboxIds: [view.inboxId], status: view.status });
    case 'mine':
      return client.list({ status: 'open', assignee: 'me' });
    case 'unassigned':
      return client.list({ status: 'open', assignee: 'none' });
    case 'all':
      return client.list({ status: 'open' });
    case 'snoozed':
    case 'archived':
      return client.list({ status: view.name });
  }
}
