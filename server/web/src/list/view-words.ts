import type { ConversationStatus } from '@latchbox/client';
import type { AcrossInboxes, View } from '../app/place.ts';

export interface ViewWords {
  readonly title: string;
  /** What is true when there is nothing in it, and what comes next. */
  readonly empty: string;
  readonly next: string;
}

const ACROSS: Record<AcrossInboxes, ViewWords> = {
  mine: {
    title: 'Mine',
    empty: 'Nothing is assigned to you',
    next: 'What is assigned to you appears here, from every inbox.',
  },
  unassigned: {
    title: 'Unassigned',
    empty: 'Everything has somebody',
    next: 'Open conversations that belong to nobody appear here.',
  },
  all: {
    title: 'All',
    empty: 'All answered',
    next: 'New messages appear here by themselves, from every inbox.',
  },
  snoozed: {
    title: 'Snoozed',
    empty: 'Nothing is snoozed',
    next: 'What you put off waits here and comes back by itself.',
  },
  archived: {
    title: 'Archived',
    empty: 'Nothing is archived',
    next: 'What is done is kept here, from every inbox.',
  },
};

/** What the views over all inboxes show, in a line below their title. */
export const SCOPE: Record<AcrossInboxes, string> = {
  mine: 'Open and assigned to you, from every inbox',
  unassigned: 'Open and assigned to nobody, from every inbox',
  all: 'Open, from every inbox',
  snoozed: 'Put off until later, from every inbox',
  archived: 'Done, from every inbox',
};

const IN_INBOX: Record<ConversationStatus, (name: string) => Omit<ViewWords, 'title'>> = {
  open: (name) => ({ empty: `All answered in ${name}`, next: 'New messages appear here by themselves.' }),
  snoozed: (name) => ({ empty: `Nothing snoozed in ${name}`, next: 'What you put off waits here.' }),
  archived: (name) => ({ empty: `Nothing archived in ${name}`, next: 'What you archive is kept here.' }),
};

export function viewWords(view: View, inboxName: string): ViewWords {
  if (view.name !== 'inbox') return ACROSS[view.name];
  return { title: inboxName, ...IN_INBOX[view.status](inboxName) };
}
