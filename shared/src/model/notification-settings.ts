import { z } from 'zod';
import type { NotificationKind } from './notification.ts';

/** What notifications are about, as each agent sets them (T13). */
export const NotificationTopic = z.enum([
  'assigned',
  'scheduled',
  'mailboxes',
  'requests',
  'registrations',
  'imports',
]);
export type NotificationTopic = z.infer<typeof NotificationTopic>;

/** Null: told in any case, both ways. Who looks into somebody's own inbox is no matter of taste. */
export const TOPIC_OF_KIND: Readonly<Record<NotificationKind, NotificationTopic | null>> = {
  assigned: 'assigned',
  handed_on: 'assigned',
  reply_stopped: 'scheduled',
  mailbox_approved: 'mailboxes',
  mailbox_declined: 'mailboxes',
  mailbox_removed_elsewhere: 'mailboxes',
  master_set: 'mailboxes',
  mailbox_requested: 'requests',
  campaign_registered: 'registrations',
  campaign_rejected: 'registrations',
  import_done: 'imports',
  personal_read: null,
};

/** In which ways somebody is told of a topic. */
const Ways = z.strictObject({ page: z.boolean(), mail: z.boolean() });
export type NotificationWays = z.infer<typeof Ways>;

/** For which new messages of customers the desktop says so while nobody looks at the page. */
export const MessageNotices = z.enum(['all', 'mine', 'none']);
export type MessageNotices = z.infer<typeof MessageNotices>;

const topics = <W extends z.ZodType>(ways: W) =>
  z.strictObject({
    assigned: ways,
    scheduled: ways,
    mailboxes: ways,
    requests: ways,
    registrations: ways,
    imports: ways,
  });

export const NotificationSettings = z.strictObject({
  topics: topics(Ways),
  /** `mine`: of conversations that are assigned to me. */
  messages: MessageNotices,
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;

/** What is left out keeps its value. */
export const NotificationSettingsChange = z.strictObject({
  topics: topics(Ways.partial().optional()).optional(),
  messages: MessageNotices.optional(),
});
export type NotificationSettingsChange = z.infer<typeof NotificationSettingsChange>;

/** Of everybody who has set nothing. */
export const NOTIFICATION_DEFAULTS: NotificationSettings = {
  topics: {
    assigned: { page: true, mail: false },
    scheduled: { page: true, mail: true },
    mailboxes: { page: true, mail: true },
    requests: { page: true, mail: true },
    registrations: { page: true, mail: true },
    imports: { page: true, mail: false },
  },
  messages: 'mine',
};

/** The settings with what a change names. */
export function withSettingsChange(
  settings: NotificationSettings,
  { topics: changed = {}, messages = settings.messages }: NotificationSettingsChange,
): NotificationSettings {
  const one = (topic: NotificationTopic): NotificationWays => {
    const { page = settings.topics[topic].page, mail = settings.topics[topic].mail } = changed[topic] ?? {};
    return { page, mail };
  };
  return {
    topics: {
      assigned: one('assigned'),
      scheduled: one('scheduled'),
      mailboxes: one('mailboxes'),
      requests: one('requests'),
      registrations: one('registrations'),
      imports: one('imports'),
    },
    messages,
  };
}

/** In which ways somebody with these settings is told of something. */
export function waysOf({ topics }: NotificationSettings, kind: NotificationKind): NotificationWays {
  const topic = TOPIC_OF_KIND[kind];
  return topic === null ? { page: true, mail: true } : topics[topic];
}
