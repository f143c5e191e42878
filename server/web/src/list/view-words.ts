import type { View } from '../app/place.ts';

export interface ViewWords {
  readonly title: string;
  /** What is true when there is nothing in it, and what comes next. */
  readonly empty: string;
  readonly next: string;
}

export function viewWords(view: View, inboxName: string): ViewWords {
  switch (view.name) {
    case 'mine':
      return {
        title: 'Mine',
        empty: 'Nothing is assigned to you',
        next: 'What is assigned to you appears here, from every inbox.',
      };
    case 'unassigned':
      return {
        title: 'Unassigned',
        empty: 'Everything has somebody',
        next: 'Open conversations that belong to nobody appear here.',
      };
    case 'inbox':
      return view.status === 'open'
        ? {
            title: inboxName,
            empty: `All answered in ${inboxName}`,
            next: 'New messages appear here by themselves.',
          }
        : {
            title: inboxName,
            empty: `Nothing archived in ${inboxName}`,
            next: 'What you archive is kept here.',
          };
  }
}
