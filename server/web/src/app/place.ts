/** Where somebody is in the inbox, as it stands in the address. */

/** Which conversations the list shows. */
export type View =
  | { readonly name: 'inbox'; readonly inboxId: string; readonly status: 'open' | 'archived' }
  | { readonly name: 'mine' }
  | { readonly name: 'unassigned' };

export interface Place {
  /** Null: no view is named, the first inbox is taken. */
  readonly view: View | null;
  readonly conversationId: string | null;
}

export function parsePlace(path: string): Place {
  const words = path.split('/').filter((word) => word !== '');
  const at = words.indexOf('c');
  const [name, inboxId, archived] = at < 0 ? words : words.slice(0, at);
  const conversationId = at < 0 ? null : (words[at + 1] ?? null);
  if (name === 'mine' || name === 'unassigned') return { view: { name }, conversationId };
  if (name !== 'inbox' || inboxId === undefined) return { view: null, conversationId };
  const status = archived === 'archived' ? 'archived' : 'open';
  return { view: { name, inboxId, status }, conversationId };
}

export function placePath({ view, conversationId }: Place): string {
  const conversation = conversationId === null ? '' : `/c/${conversationId}`;
  return viewPath(view) + conversation || '/';
}

function viewPath(view: View | null): string {
  if (view === null) return '';
  if (view.name !== 'inbox') return `/${view.name}`;
  return `/inbox/${view.inboxId}${view.status === 'archived' ? '/archived' : ''}`;
}

/** True when two views are the same list. */
export function sameView(a: View | null, b: View | null): boolean {
  return viewPath(a) === viewPath(b);
}
