/** Where somebody is in the inbox, as it stands in the address. */
import type { ConversationStatus } from '@latchbox/client';

/** Which conversations the list shows. */
export type View =
  | { readonly name: 'inbox'; readonly inboxId: string; readonly status: ConversationStatus }
  | { readonly name: AcrossInboxes };

/** Views over every inbox of mine. */
export type AcrossInboxes = (typeof ACROSS)[number];
export const ACROSS = ['mine', 'unassigned', 'all', 'snoozed', 'archived'] as const;

export interface Place {
  /** Null: no view is named, the first inbox is taken. */
  readonly view: View | null;
  readonly conversationId: string | null;
}

export function parsePlace(path: string): Place {
  const words = path.split('/').filter((word) => word !== '');
  const at = words.indexOf('c');
  const [name, inboxId, status] = at < 0 ? words : words.slice(0, at);
  const conversationId = at < 0 ? null : (words[at + 1] ?? null);
  const across = ACROSS.find((one) => one === name);
  if (across !== undefined) return { view: { name: across }, conversationId };
  if (name !== 'inbox' || inboxId === undefined) return { view: null, conversationId };
  return {
    view: { name, inboxId, status: STATUSES.find((one) => one === status) ?? 'open' },
    conversationId,
  };
}

const STATUSES: readonly ConversationStatus[] = ['open', 'snoozed', 'archived'];

export function placePath({ view, conversationId }: Place): string {
  const conversation = conversationId === null ? '' : `/c/${conversationId}`;
  return viewPath(view) + conversation || '/';
}

export function viewPath(view: View | null): string {
  if (view === null) return '';
  if (view.name !== 'inbox') return `/${view.name}`;
  return `/inbox/${view.inboxId}${view.status === 'open' ? '' : `/${view.status}`}`;
}

/** True when two views are the same list. */
export function sameView(a: View | null, b: View | null): boolean {
  return viewPath(a) === viewPath(b);
}
