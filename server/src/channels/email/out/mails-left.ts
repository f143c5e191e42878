import type { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { type MailOut, refuse } from '@latchbox/shared';
import type { HttpResponse } from '@latchbox/shared/http/index';
import { findAccess } from '../../../database/authorize.ts';
import type { Database } from '../../../database/database.ts';
import { inboxScope } from '../../../database/inbox-scope.ts';
import { outgoingMail, type OutgoingMail } from '../../../database/mail-out.ts';
import {
  attemptsOf,
  type LeftMail,
  type LeftPlace,
  mailLeft,
  mailsLeft,
} from '../../../database/mails-left.ts';
import { entryAt } from '../../../database/threads.ts';
import type { FileStore } from '../../../files/file-store.ts';
import { openStored, startOf } from './stored-mail.ts';

/** Headers and text stand at the start of a mail (bytes); its files, which may be large, come after them. */
const START = 256 * 1_024;

/** The mail that left, for agents of the inboxes it left from. All throw `not_found` for what one may not see. */
export interface MailsLeft {
  list(
    agentId: string,
    asked: { readonly inboxId: string | undefined; readonly after: LeftPlace | null; readonly limit: number },
  ): Promise<HttpResponse<'listMails'>>;
  one(agentId: string, id: string): Promise<HttpResponse<'getMail'>>;
  raw(agentId: string, id: string): Promise<{ size: number; subject: string; content: Readable }>;
}

export interface MailsLeftDeps {
  readonly db: Database;
  readonly files: Pick<FileStore, 'open'>;
  /** Whether a relay is set. */
  readonly leaves: boolean;
}

export function createMailsLeft({ db, files, leaves }: MailsLeftDeps): MailsLeft {
  async function visible(agentId: string, id: string): Promise<LeftMail> {
    const mail = await mailLeft(db.read, id);
    const access = mail && (await findAccess(db.read, agentId, { inboxId: mail.inboxId }));
    if (mail === undefined || access === undefined) throw refuse('not_found');
    return mail;
  }

  async function stored(id: string): Promise<OutgoingMail> {
    const found = await outgoingMail(db.read, id);
    if (found === undefined) throw refuse('not_found');
    return found;
  }

  return {
    async list(agentId, { inboxId, after, limit }) {
      const mine = inboxId === undefined ? await inboxScope(db.read, agentId) : [inboxId];
      const found = await mailsLeft(db.read, mine, after, limit + 1);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next = found.length > limit && last !== undefined ? `${last.at}~${last.id}` : null;
      return { mails: page.map(shown), next, leaves };
    },

    async one(agentId, id) {
      const mail = await visible(agentId, id);
      const { conversationId, position } = mail;
      const entry = await entryAt(db.read, conversationId, position);
      if (entry?.kind !== 'reply') throw new Error('a mail that left has no reply');
      const { from, to }: Pick<MailOut, 'from' | 'to'> = entry.mail ?? {
        from: { name: '', address: mail.sender },
        to: mail.recipients.map((address) => ({ name: '', address })),
      };
      const read = await PostalMime.parse(await startOf(files, await stored(id), START));
      return {
        ...shown(mail),
        from,
        to,
        headers: read.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
        text: (read.text ?? '').trimEnd(),
        attachments: entry.attachments ?? [],
        attempts: await attemptsOf(db.read, conversationId, position),
      };
    },

    async raw(agentId, id) {
      const { subject } = await visible(agentId, id);
      const mail = await stored(id);
      return { size: mail.size, subject, content: await openStored(files, mail) };
    },
  };
}

function shown(mail: LeftMail): HttpResponse<'listMails'>['mails'][number] {
  return { ...mail, recipients: [...mail.recipients] };
}
