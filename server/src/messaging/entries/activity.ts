import type { Tx } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import type { Author } from '../api.ts';
import { type Activity, appendEntry } from './append-entry.ts';
import { tellEntry } from './tell-entry.ts';

/** Adds a line to the thread that says who changed what; nobody: it happened by itself. The change itself must be written already: the event's row shows it. */
export async function addActivity(
  tx: Tx,
  deps: { readonly wake: Wake },
  author: Author | null,
  conversationId: string,
  what: Activity,
): Promise<void> {
  const appended = await appendEntry(tx, conversationId, {
    kind: 'activity',
    agentId: author?.agentId ?? null,
    what,
  });
  await tellEntry(tx, deps, { ...appended, conversationId });
}
