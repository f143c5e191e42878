/** Where somebody is in the inbox, as it stands in the address. */
import type { ConversationStatus } from '@latchbox/client';

/** What of a view is shown; left out: all of it. */
export interface ViewFilter {
  /** For views over all inboxes: these alone. */
  readonly inboxIds?: readonly string[] | undefined;
  /** `me`, `others`, `none`, or the id of an agent or of a team. */
  readonly assignee?: string | undefined;
  /** What I have not read (true), or have (false). */
  readonly unread?: boolean | undefined;
}

/** Which conversations the list shows. */
export type View =
  | (InboxView & { readonly filter?: ViewFilter })
  | { readonly name: AcrossInboxes; readonly filter?: ViewFilter }
  /** One that was kept under a name. */
  | { readonly name: 'view'; readonly viewId: string };

interface InboxView {
  readonly name: 'inbox';
  readonly inboxId: string;
  readonly status: ConversationStatus;
}

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
  const of = at < 0 ? words : words.slice(0, at);
  const [name, id, status] = of;
  const conversationId = at < 0 ? null : (words[at + 1] ?? null);
  const across = ACROSS.find((one) => one === name);
  if (across !== undefined) return { view: { name: across, ...parseFilter(of.slice(1)) }, conversationId };
  if (name === 'view' && id !== undefined) return { view: { name, viewId: id }, conversationId };
  if (name !== 'inbox' || id === undefined) return { view: null, conversationId };
  const named = STATUSES.find((one) => one === status);
  const filter = parseFilter(of.slice(named === undefined ? 2 : 3));
  return { view: { name, inboxId: id, status: named ?? 'open', ...filter }, conversationId };
}

/** "in/i1,i2/for/me/unread" */
function parseFilter(words: readonly string[]): { readonly filter?: ViewFilter } {
  const after = (word: string): string | undefined => {
    const at = words.indexOf(word);
    return at < 0 ? undefined : words[at + 1];
  };
  const inboxIds = after('in')?.split(',');
  const assignee = after('for');
  const read = words.find((word, at) => (word === 'unread' || word === 'read') && words[at - 1] !== 'for');
  const filter = {
    ...(inboxIds && { inboxIds }),
    ...(assignee !== undefined && { assignee }),
    ...(read !== undefined && { unread: read === 'unread' }),
  };
  return isFiltered(filter) ? { filter } : {};
}

function filterPath({ inboxIds, assignee, unread }: ViewFilter = {}): string {
  const within = inboxIds === undefined ? '' : `/in/${inboxIds.join(',')}`;
  const whose = assignee === undefined ? '' : `/for/${assignee}`;
  return `${within}${whose}${unread === undefined ? '' : unread ? '/unread' : '/read'}`;
}

/** True when a filter leaves something out. */
export function isFiltered({ inboxIds, assignee, unread }: ViewFilter = {}): boolean {
  return inboxIds !== undefined || assignee !== undefined || unread !== undefined;
}

const STATUSES: readonly ConversationStatus[] = ['open', 'snoozed', 'archived'];

export function placePath({ view, conversationId }: Place): string {
  const conversation = conversationId === null ? '' : `/c/${conversationId}`;
  return viewPath(view) + conversation || '/';
}

export function viewPath(view: View | null): string {
  if (view === null) return '';
  if (view.name === 'view') return `/view/${view.viewId}`;
  if (view.name !== 'inbox') return `/${view.name}${filterPath(view.filter)}`;
  return `/inbox/${view.inboxId}${view.status === 'open' ? '' : `/${view.status}`}${filterPath(view.filter)}`;
}
