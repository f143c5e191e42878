import type { Readable } from 'node:stream';
import { includesCapability, refuse } from '@latchbox/shared';
import { attachmentsOfEntry } from '../../../database/attachments.ts';
import { authorize } from '../../../database/authorize.ts';
import type { Database } from '../../../database/database.ts';
import { keepMailHtml, mailOfEntry, type StoredMail } from '../../../database/mail-in.ts';
import { visibleInbox } from '../../../directory/inbox-access.ts';
import { fileLink, linkEnd } from '../../../files/file-link.ts';
import type { FileStore } from '../../../files/file-store.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Filed, MailIntake } from '../in/intake.ts';
import { readMail } from '../in/read-mail.ts';
import { imageLink } from './image-link.ts';
import { HTML_RULES, sanitiseHtml, type ShownHtml, withImages } from './sanitise.ts';

export interface EntryPlace {
  readonly conversationId: string;
  readonly position: number;
}

/** A mail as it came or left, to be saved. */
export interface RawMail {
  /** Its subject, for a name of the file. */
  readonly subject: string;
  /** Bytes. */
  readonly size: number;
  readonly content: Buffer | Readable;
}

/** What agents see of mails besides their text. */
export interface MailViews {
  /**
   * The HTML of a mail, sanitised. Its own images have links that live for some minutes (paths on this server); remote ones
   * have none unless they are wanted, and then links of that kind for this reader, which this server follows for them. Throws `not_found`, also where the entry has no HTML.
   */
  html(agentId: string, place: EntryPlace, remoteImages: boolean): Promise<ShownHtml>;
  /** Throws `not_found`, also where the entry did not come or leave as a mail. */
  raw(agentId: string, place: EntryPlace): Promise<RawMail>;
  /**
   * Files one mail into an inbox, for admins and those who manage it. `read` is asked only when that is allowed. Throws `not_found`,
   * `forbidden` and what `read` throws.
   */
  importInto(agentId: string, inbox: string, read: () => Promise<Buffer>): Promise<Filed>;
}

export interface MailViewsDeps {
  readonly db: Database;
  readonly files: Pick<FileStore, 'open' | 'read'>;
  readonly intake: Pick<MailIntake, 'acceptInto'>;
  readonly clock: Clock;
  /** Signs links. */
  readonly secret: string;
}

export function createMailViews(deps: MailViewsDeps): MailViews {
  const { db, files, intake } = deps;

  async function mailAt(agentId: string, { conversationId, position }: EntryPlace): Promise<StoredMail> {
    await authorize(db.read, agentId, 'read', { conversationId });
    const mail = await mailOfEntry(db.read, conversationId, position);
    if (mail === undefined) throw refuse('not_found');
    return mail;
  }

  return {
    async html(agentId, place, remoteImages) {
      const mail = await mailAt(agentId, place);
      const html = await sanitised(deps, mail);
      if (html === '') throw refuse('not_found');
      const remoteOf = (url: string) =>
        imageLink(deps.secret, { ...place, agentId, until: linkEnd(deps.clock.now()), url });
      return withImages(html, await linksOf(deps, place), remoteImages ? remoteOf : undefined);
    },
    async raw(agentId, place) {
      const { subject, raw, file } = await mailAt(agentId, place);
      if (raw !== null) return { subject, size: raw.length, content: raw };
      if (file === null) throw refuse('not_found');
      const { size, stream } = await files.open(file);
      return { subject, size, content: stream };
    },
    async importInto(agentId, ref, read) {
      const { inbox, capability, admin } = await visibleInbox(db.read, { agentId }, ref);
      const manages = capability !== null && includesCapability(capability, 'manage');
      if (!admin && !manages) throw refuse('forbidden');
      return await intake.acceptInto(inbox.id, { raw: await read(), sender: undefined, recipients: [] });
    },
  };
}

/** Made at the first view, and again when the rules have changed since. */
async function sanitised({ db, files }: MailViewsDeps, mail: StoredMail): Promise<string> {
  if (mail.html !== null && mail.htmlRules === HTML_RULES) return mail.html;
  const raw = mail.raw ?? (mail.file === null ? undefined : await files.read(mail.file));
  if (raw === undefined) return '';
  const html = sanitiseHtml((await readMail(raw)).html).trim();
  await db.inTransaction((tx) => keepMailHtml(tx, { id: mail.id, html, rules: HTML_RULES }));
  return html;
}

async function linksOf(
  { db, clock, secret }: MailViewsDeps,
  { conversationId, position }: EntryPlace,
): Promise<(contentId: string) => string | undefined> {
  const found = await attachmentsOfEntry(db.read, conversationId, position);
  const byId = new Map(found.flatMap((file) => (file.contentId === null ? [] : [[file.contentId, file]])));
  const until = linkEnd(clock.now());
  return (contentId) => {
    const file = byId.get(contentId);
    return file === undefined ? undefined : fileLink(secret, file, until);
  };
}
