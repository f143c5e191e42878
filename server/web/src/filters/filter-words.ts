import type { ListQuery } from '@latchbox/client';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Ids of teams begin so; those of agents do not. */
export const isTeam = (assignee: string): boolean => assignee.startsWith('tea_');

/** Whose conversations are shown, in a word or two. */
export function whoseWords(
  assignee: string | undefined,
  people: readonly Named[],
  teams: readonly Named[],
): string {
  switch (assignee) {
    case undefined:
      return 'Anybody';
    case 'me':
      return 'Me';
    case 'others':
      return 'A colleague';
    case 'none':
      return 'Nobody';
    default:
      return (
        [...people, ...teams].find(({ id }) => id === assignee)?.name ??
        (isTeam(assignee) ? 'A team' : 'Somebody')
      );
  }
}

export const readWords = (unread: boolean | undefined): string =>
  unread === undefined ? 'Read or not' : unread ? 'Unread' : 'Read';

/** Which inboxes are shown: the name of one, or how many. */
export function inboxWords(inboxIds: readonly string[] | undefined, inboxes: readonly Named[]): string {
  if (inboxIds === undefined) return 'Every inbox';
  const [only] = inboxIds;
  if (inboxIds.length !== 1) return inboxIds.length === 0 ? 'No inbox' : `${inboxIds.length} inboxes`;
  return inboxes.find(({ id }) => id === only)?.name ?? 'An inbox';
}

/** A name for a list, as it could be kept: "Unread, mine, Repairs". */
export function nameFor(
  { status, assignee, unread, inboxIds }: ListQuery,
  inboxes: readonly Named[],
): string {
  const words = [
    status === 'archived' ? 'archived' : status === 'snoozed' ? 'snoozed' : '',
    unread === undefined ? '' : unread ? 'unread' : 'read',
    { me: 'mine', others: 'a colleague’s', none: 'unassigned' }[assignee ?? ''] ?? '',
    inboxIds === undefined ? '' : inboxWords(inboxIds, inboxes),
  ].filter((word) => word !== '');
  const name = words.join(', ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}
