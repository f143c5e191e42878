import type { ConversationStatus } from '@latchbox/client';
import { type AcrossInboxes, isFiltered, type View } from '../app/place.ts';

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

const IN_INBOX: Record<ConversationStatus, (name: string) => Omit<ViewWords, 'title'>> = {
  open: (name) => ({ empty: `All answered in ${name}`, next: 'New messages appear here by themselves.' }),
  snoozed: (name) => ({ empty: `Nothing snoozed in ${name}`, next: 'What you put off waits here.' }),
  archived: (name) => ({ empty: `Nothing archived in ${name}`, next: 'What you archive is kept here.' }),
};

const FILTERED = { empty: 'Nothing that fits', next: 'Nothing here passes the filter.' };

/** `name`: of the inbox, or of the view that is kept. */
export function viewWords(view: View, name: string): ViewWords {
  if (view.name === 'view') return { title: name, ...FILTERED };
  const words = view.name === 'inbox' ? { title: name, ...IN_INBOX[view.status](name) } : ACROSS[view.name];
  return isFiltered(view.filter) ? { ...words, ...FILTERED } : words;
}
