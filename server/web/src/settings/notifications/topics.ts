import type { NotificationSettings } from '@latchbox/client/admin';

export interface Topic {
  readonly topic: keyof NotificationSettings['topics'];
  readonly label: string;
  readonly hint: string;
}

export const WAYS = [
  { way: 'page', label: 'In the page' },
  { way: 'mail', label: 'By mail' },
] as const;

const MINE: readonly Topic[] = [
  {
    topic: 'assigned',
    label: 'Conversations for me',
    hint: 'One is assigned to me, or those of a colleague who leaves are handed on to me.',
  },
  { topic: 'scheduled', label: 'Replies sent later', hint: 'One of mine was not sent when its time came.' },
  {
    topic: 'mailboxes',
    label: 'My mailboxes',
    hint: 'A request was approved or declined, or an admin changed where my answers arrive.',
  },
  { topic: 'imports', label: 'My imports', hint: 'An import of contacts has ended.' },
];

const FOR_ADMINS: readonly Topic[] = [
  { topic: 'requests', label: 'Mailbox requests', hint: 'Somebody asks for a mailbox.' },
  {
    topic: 'registrations',
    label: 'Carrier registrations',
    hint: 'The carriers registered or rejected a team.',
  },
];

/** What this agent can be told of. */
export const shownTopics = (isAdmin: boolean): readonly Topic[] =>
  isAdmin ? [...MINE, ...FOR_ADMINS] : MINE;
