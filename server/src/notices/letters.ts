/** What a notification says by mail, where whoever tells of it has no letter of its own. */
import type { Notification, Person } from '@latchbox/shared';

/** As plain text; links in it can be followed. */
export interface NoticeMail {
  readonly subject: string;
  readonly body: string;
}

const END = 'Open Latchbox to see it. Of what you are told by mail is up to you: Settings, Notifications.';

export function letterOf(notification: Notification): NoticeMail {
  const [subject, more] = wordsOf(notification);
  return { subject, body: `${more === undefined ? `${subject}.` : more}\n\n${END}` };
}

const nameOf = (by: Person | null): string => by?.name ?? 'Latchbox';
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Why a reply that waited for its time was not sent. */
const STOPPED: Readonly<Record<string, string>> = {
  thread_moved_on: 'Something new came in that you had not seen.',
  access_lost: 'You could no longer reply in its inbox.',
};

/** A subject, and what else there is to say. */
function wordsOf(told: Notification): readonly [subject: string, more?: string] {
  switch (told.kind) {
    case 'campaign_registered':
      return [`${told.team} can send texts now`];
    case 'campaign_rejected':
      return [`The carriers rejected the registration of ${told.team}`, `They say: ${told.reason}`];
    case 'master_set':
      return [
        `${told.by.name} changed where answers to ${told.address} arrive`,
        told.masterAddress === null
          ? `Answers to ${told.address} come back to it.`
          : `Answers to ${told.address} arrive at ${told.masterAddress}.`,
      ];
    case 'mailbox_requested':
      return [`${told.by.name} wants to connect ${told.address}`];
    case 'mailbox_approved':
      return [`You may connect ${told.address} now`];
    case 'mailbox_declined':
      return [`${told.address} was declined`, `The reason: ${told.reason}`];
    case 'mailbox_removed_elsewhere':
      return [`${told.address} is not connected to your seat any more`];
    case 'assigned':
      return [`${nameOf(told.by)} assigned a conversation to you`, `It is about: ${told.subject}`];
    case 'reply_stopped':
      return [
        `Your reply to “${told.subject}” was not sent`,
        `${STOPPED[told.reason] ?? 'The server refused it when its time came.'} It is kept under “Sent later”, where you can look at it again and send it.`,
      ];
    case 'handed_on':
      return [
        `${counted(told.conversations, 'conversation', 'conversations')} of ${told.from.name} ${told.conversations === 1 ? 'is' : 'are'} yours now`,
      ];
    case 'import_done':
      return [`The import of ${told.file} is done`, `${told.done} done, ${told.failed} failed.`];
    case 'personal_read':
      return [`${told.by.name} looked into your inbox ${told.inbox}`, `The reason: ${told.reason}`];
  }
}
