import type { Notification } from '@latchbox/client/admin';
import { stoppedWords } from '../scheduled/scheduled-words.ts';
import { settingsPath } from '../settings/place.ts';

export interface Told {
  /** What happened, in a sentence without its end. */
  readonly words: string;
  /** More of it, in a quieter line. */
  readonly more?: string | undefined;
  /** Where that is looked at. */
  readonly href?: string | undefined;
}

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

/** A notification in words. One of a newer server is told without them. */
export function toldOf(told: Notification): Told {
  switch (told.kind) {
    case 'campaign_registered':
      return {
        words: `${told.team} can send texts now`,
        more: 'The carriers have registered it. Members can be added to its texting inboxes.',
        href: settingsPath('registrations', told.teamId),
      };
    case 'campaign_rejected':
      return {
        words: `The carriers rejected the registration of ${told.team}`,
        more: told.reason,
        href: settingsPath('registrations', told.teamId),
      };
    case 'mailbox_requested':
      return {
        words: `${told.by.name} asks for the mailbox ${told.address}`,
        href: settingsPath('mailbox-requests'),
      };
    case 'import_done':
      return {
        words: `${told.file} is imported`,
        more: `${count(told.done, 'contact', 'contacts')}${told.failed === 0 ? '' : `, ${count(told.failed, 'row', 'rows')} left out`}`,
        href: settingsPath('contacts', 'import', told.importId),
      };
    case 'assigned':
      return {
        words:
          told.by === null
            ? `“${told.subject}” was dealt to you`
            : `${told.by.name} assigned “${told.subject}” to you`,
        href: `/mine/c/${told.conversationId}`,
      };
    case 'reply_stopped':
      return {
        words: `Your reply to “${told.subject}” was not sent`,
        more: stoppedWords(told.reason),
        href: '/scheduled',
      };
    case 'handed_on':
      return {
        words: `${count(told.conversations, 'conversation', 'conversations')} of ${told.from.name} ${told.conversations === 1 ? 'is' : 'are'} yours now`,
        href: '/mine',
      };
    case 'personal_read':
      return {
        words: `${told.by.name} looked into ${told.inbox}`,
        more: `The reason given: ${told.reason}`,
        href: settingsPath('my-mailboxes'),
      };
    case 'master_set':
    case 'mailbox_approved':
    case 'mailbox_declined':
    case 'mailbox_removed_elsewhere':
      return ofMailbox(told);
    default:
      return { words: 'Something happened that this page is too old to tell' };
  }
}

type OfMailbox = Extract<
  Notification,
  { kind: 'master_set' | 'mailbox_approved' | 'mailbox_declined' | 'mailbox_removed_elsewhere' }
>;

function ofMailbox(told: OfMailbox): Told {
  const href = settingsPath('my-mailboxes');
  switch (told.kind) {
    case 'master_set':
      return {
        words:
          told.masterAddress === null
            ? `${told.by.name} took the master of ${told.address} away`
            : `${told.by.name} made ${told.masterAddress} the master of ${told.address}`,
        more: told.masterAddress === null ? undefined : 'Answers to it are asked for there from now on.',
        href,
      };
    case 'mailbox_approved':
      return { words: `${told.address} was approved`, more: 'It can be set up now.', href };
    case 'mailbox_declined':
      return { words: `${told.address} was declined`, more: told.reason, href };
    case 'mailbox_removed_elsewhere':
      return { words: `${told.address} was removed here, to be used on another seat`, href };
  }
}
