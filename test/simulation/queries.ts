import type { RowFilter } from '@latchbox/shared/list-query';

/** The lists that somebody looks at. */
export const QUERIES: readonly RowFilter[] = [
  {},
  { status: 'open' },
  { assignee: 'me' },
  { assignee: 'me', unread: true },
  { assignee: 'others', status: 'open' },
  { assignee: 'none', unread: false },
];
