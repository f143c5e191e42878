import type { RestLine } from './authorisation.ts';

const noDraft = () => ({ draft: 'ibd_nothere' });

/** The lines of setting up inboxes, and of what one is told: drafts are for admins, notifications are one's own. */
export const INBOX_DRAFT_LINES: Readonly<Record<string, RestLine>> = {
  listInboxDrafts: { needs: 'admin' },
  beginInboxDraft: { needs: 'admin', body: () => ({}) },
  getInboxDraft: { needs: 'admin', params: noDraft, also: ['not_found'] },
  changeInboxDraft: {
    needs: 'admin',
    params: noDraft,
    body: () => ({ revision: 1 }),
    also: ['not_found'],
  },
  removeInboxDraft: { needs: 'admin', params: noDraft, also: ['not_found'] },
  confirmInboxDraft: { needs: 'admin', params: noDraft, also: ['not_found'] },
  listInboxDraftCandidates: { needs: 'admin', params: noDraft, also: ['not_found'] },
  listInboxOverviews: { needs: 'admin' },
  listCandidates: { needs: 'administers', params: (on) => ({ inbox: on.inbox }) },
  listNotifications: { needs: 'signed-in' },
  getNotificationSettings: { needs: 'signed-in' },
  changeNotificationSettings: { needs: 'signed-in', body: () => ({ messages: 'none' }) },
  readNotifications: { needs: 'signed-in', body: () => ({ ids: ['ntf_nothere'] }) },
};
