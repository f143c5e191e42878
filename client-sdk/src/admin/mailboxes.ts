import type {
  changeMailbox,
  checkMailbox,
  createMailbox,
  getMailboxProgress,
  listMailboxes,
  Mailbox,
  switchMailbox,
} from '@latchbox/shared/http/mailboxes';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

export type NewMailbox = Body<typeof createMailbox>;
/** What is left out stays. */
export type MailboxChange = Body<typeof changeMailbox>;
export type MailboxSwitch = Body<typeof switchMailbox>;
export type MailboxSettings = Body<typeof checkMailbox>;
/** Address, incoming and outgoing, each for itself. */
export type MailboxCheck = Answer<typeof checkMailbox>;
/** How far each folder has been read, and what could not be filed. */
export type MailboxProgress = Answer<typeof getMailboxProgress>;

/** Mail accounts that inboxes receive by and send from. For admins, and members who manage the inbox. */
export function mailboxes(client: Asks) {
  const one = <T>(method: 'GET' | 'POST' | 'PATCH', path: string, body?: object, options?: Abortable) =>
    client.request<T>(method, path, { ...options, body });
  return {
    /** Of one inbox, or of all that one manages. */
    async list(inbox?: string, options?: Abortable): Promise<readonly Mailbox[]> {
      const query = { inbox };
      const answer = await client.request<Answer<typeof listMailboxes>>('GET', 'mailboxes', {
        ...options,
        query,
      });
      return answer.mailboxes;
    },
    get: (id: string, options?: Abortable): Promise<Mailbox> =>
      one('GET', at`mailboxes/${id}`, undefined, options),
    create: (mailbox: NewMailbox): Promise<Mailbox> => one('POST', 'mailboxes', mailbox),
    change: (id: string, change: MailboxChange): Promise<Mailbox> =>
      one('PATCH', at`mailboxes/${id}`, change),
    /** Neither receives nor sends from then on. */
    disconnect: (id: string): Promise<Mailbox> => one('POST', at`mailboxes/${id}/disconnect`),
    connect: (id: string): Promise<Mailbox> => one('POST', at`mailboxes/${id}/connect`),
    /** To a personal inbox or a shared one, while it is disconnected. */
    switch: (id: string, to: MailboxSwitch): Promise<Mailbox> => one('POST', at`mailboxes/${id}/switch`, to),
    remove: (id: string): Promise<void> => client.request('DELETE', at`mailboxes/${id}`),
    /** Tries settings, and says which part of them is wrong (H4). Takes up to 20 s. */
    check: (settings: MailboxSettings, options?: Abortable): Promise<MailboxCheck> =>
      one('POST', 'mailboxes/check', settings, options),
    progress: (id: string, options?: Abortable): Promise<MailboxProgress> =>
      one('GET', at`mailboxes/${id}/progress`, undefined, options),
  };
}
