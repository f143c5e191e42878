import type { Notification, NotificationKind } from '@latchbox/client/admin';
import { expect, test } from 'vitest';
import { SETTINGS } from '../settings/pages.ts';
import { toldOf } from './words.ts';

const by = { id: 'agt_1', name: 'Mara' };
const address = 'jonas@shop.example';

/** One of each kind. */
const TOLD: { readonly [K in NotificationKind]: Extract<Notification, { kind: K }> } = {
  campaign_registered: { kind: 'campaign_registered', teamId: 'tea_1', team: 'Counter' },
  campaign_rejected: { kind: 'campaign_rejected', teamId: 'tea_1', team: 'Counter', reason: 'No shop.' },
  master_set: {
    kind: 'master_set',
    mailboxId: 'mbx_1',
    address,
    by,
    masterId: 'mbx_2',
    masterAddress: 'replies@shop.example',
  },
  mailbox_requested: { kind: 'mailbox_requested', requestId: 'mrq_1', address, by },
  mailbox_approved: { kind: 'mailbox_approved', requestId: 'mrq_1', address },
  mailbox_declined: { kind: 'mailbox_declined', requestId: 'mrq_1', address, reason: 'Not yours.' },
  mailbox_removed_elsewhere: { kind: 'mailbox_removed_elsewhere', address },
  assigned: { kind: 'assigned', conversationId: 'cnv_1', subject: 'A bent nib', by: null },
  reply_stopped: {
    kind: 'reply_stopped',
    scheduledId: 'sch_1',
    conversationId: 'cnv_1',
    subject: 'A bent nib',
    reason: 'thread_moved_on',
  },
  handed_on: { kind: 'handed_on', conversations: 1, from: by },
  import_done: { kind: 'import_done', importId: 'imp_1', file: 'people.csv', done: 2, failed: 1 },
  personal_read: { kind: 'personal_read', inboxId: 'ibx_1', inbox: 'Jonas', by, reason: 'On leave.' },
};

test.each(Object.values(TOLD))('$kind is told in words, and leads to a page that is there', (one) => {
  const { words, href } = toldOf(one);
  expect(words).toMatch(/^\S.*[^.]$/);
  const page = href?.match(/^\/settings\/([\w-]+)/)?.[1];
  if (page !== undefined) expect(SETTINGS.map(({ path }) => path)).toContain(page);
});

test('what a newer server tells is told without words', () => {
  expect(toldOf({ kind: 'moon_rose' } as never)).toEqual({ words: expect.stringContaining('too old') });
});
