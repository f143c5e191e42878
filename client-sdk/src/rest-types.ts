import type { getEntryHtml } from '@latchbox/shared/http/entry-mails';
import type { linkAttachment } from '@latchbox/shared/http/files';
import type { listMembers } from '@latchbox/shared/http/inboxes';
import type { getMail, listMails } from '@latchbox/shared/http/mails';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { Abortable } from './lib/scope.ts';

/** What a route answers. */
type Answer<R extends { readonly response: { readonly _zod: { readonly output: unknown } } }> =
  R['response']['_zod']['output'];

export interface UploadOptions extends Abortable {
  readonly name: string;
  /** Media type; a blob's own unless given. */
  readonly type?: string;
}

export interface HtmlOptions extends Abortable {
  /** Also the images of other servers, who learn from it that and where this mail is read. */
  readonly images?: boolean;
}

export interface RequestOptions extends Abortable {
  /** Sent as JSON; a blob or bytes as they are. */
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** The answer is a file: a `Blob`. */
  readonly as?: 'file';
}

export interface MailsOptions extends Abortable {
  /** Of this inbox alone. */
  readonly inboxId?: string;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** Who belongs to an inbox, since when, and what they may do in it. */
export type Member = Answer<typeof listMembers>['members'][number];
/** An address that serves a file to whoever has it, until then. */
export type FileLink = Answer<typeof linkAttachment>;
/** Sanitised HTML, and how many images of other servers were left out of it. */
export type MailHtml = Answer<typeof getEntryHtml>;
/** A page of the mail that left, the newest first. */
export type MailPage = Answer<typeof listMails>;
/** One mail that left: headers, text, files, and every attempt to hand it over. */
export type Mail = Answer<typeof getMail>;
/** What a composer offers. */
export type PreparedReply = UpResult<'reply.prepare'>;
/** What may be changed of a scheduled reply; what is left out stays. */
export type ScheduleChange = Omit<UpInput<'reply.reschedule'>, 'id'>;
