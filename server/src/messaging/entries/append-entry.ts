import { type Entry, refuse, visibleText } from '@latchbox/shared';
import type { Tx } from '../../database/database.ts';
import { advanceConversation, type EntryExtra, insertEntry } from '../../database/entries.ts';
import { newId } from '../../lib/ids.ts';
import { previewOf } from './preview.ts';

export type Activity = Extract<Entry, { kind: 'activity' }>['what'];

/** A new entry without what the thread gives it. `authorName` is what the conversation's row will show. */
export type EntryDraft =
  | {
      readonly kind: 'message';
      /** The address that it came from, or a call went to. */
      readonly addressId: string;
      readonly authorName: string;
      readonly body: string;
      readonly extra?: EntryExtra | undefined;
      /** Nobody wrote it: it neither reopens the conversation nor makes it unread. */
      readonly automatic?: boolean | undefined;
    }
  | {
      readonly kind: 'reply' | 'note';
      readonly agentId: string;
      readonly authorName: string;
      readonly body: string;
      readonly extra?: EntryExtra | undefined;
    }
  | {
      readonly kind: 'call';
      /** The address that it came from, or a call went to. */
      readonly addressId: string;
      readonly agentId: string | null;
      /** `message`: nobody took it, which is news as a message is. `machine`: somebody did. */
      readonly as: 'message' | 'machine' | 'reply';
      readonly authorName: string;
      readonly body: string;
      readonly extra: EntryExtra;
    }
  | { readonly kind: 'activity'; readonly agentId: string | null; readonly what: Activity };

/** Where the entry stands now. */
export interface Appended {
  readonly id: string;
  readonly inboxId: string;
  readonly position: number;
  readonly at: number;
}

/**
 * Puts an entry at the end of a thread and changes the conversation's row with it: next position, preview, last time, newest
 * incoming, and a customer message reopens. Locks the conversation's row until the commit. It tells nobody: the caller adds
 * what belongs to the entry, then reads the row and appends the event, last in its transaction. Throws `not_found` when there
 * is no such conversation.
 */
export async function appendEntry(tx: Tx, conversationId: string, draft: EntryDraft): Promise<Appended> {
  const place = await advanceConversation(
    tx,
    conversationId,
    // What nobody wrote leaves the conversation's row as it was: in the list stands what the customer said.
    draft.kind === 'activity' || (draft.kind === 'reply' && draft.extra?.automatic !== undefined)
      ? { kind: 'activity' }
      : { kind: kindOfChange(draft), author: draft.authorName, text: previewOf(shownText(draft)) },
  );
  if (place === undefined) throw refuse('not_found');
  const id = newId('ent');
  await insertEntry(tx, {
    conversationId,
    position: place.position,
    id,
    at: tx.now,
    kind: draft.kind,
    agentId: draft.kind === 'message' ? null : draft.agentId,
    addressId: 'addressId' in draft ? draft.addressId : null,
    body: draft.kind === 'activity' ? '' : draft.body,
    activity: draft.kind === 'activity' ? JSON.stringify(draft.what) : null,
    extra: draft.kind === 'activity' ? null : stored(draft.extra),
  });
  return { id, inboxId: place.inboxId, position: place.position, at: tx.now };
}

function kindOfChange(
  draft: Exclude<EntryDraft, { kind: 'activity' }>,
): 'message' | 'machine' | 'reply' | 'note' {
  if (draft.kind === 'call') return draft.as;
  return draft.kind === 'message' && draft.automatic === true ? 'machine' : draft.kind;
}

/** What a list shows of a text: not the quotes and signatures below it, unless there is nothing else. */
function shownText({ body, extra }: Exclude<EntryDraft, { kind: 'activity' }>): string {
  return extra?.folds === undefined ? body : visibleText(body, extra.folds) || body;
}

function stored(extra: EntryExtra | undefined): string | null {
  if (extra === undefined) return null;
  const text = JSON.stringify(extra);
  return text === '{}' ? null : text;
}
