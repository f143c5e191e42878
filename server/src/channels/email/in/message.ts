import { type Attachment, type MailAddress, type MailFacts, visibleText } from '@latchbox/shared';
import type { EntryExtra } from '../../../database/entries.ts';
import { cleanText, cutToBytes } from './clean-text.ts';
import { findFolds } from '../fold/find-folds.ts';
import { forwardedFrom } from './forwarded.ts';
import { textOfHtml } from './html-text.ts';
import type { ReadMail } from './read-mail.ts';

/** Most bytes (UTF-8) of a mail's text that its entry has: an entry travels in one event. The raw mail has the rest. */
export const MAX_TEXT = 60 * 1_024;
const MOST_ADDRESSES = 100;

export interface MessageFacts {
  readonly from: MailAddress;
  readonly automatic: boolean;
  readonly newParticipant: boolean;
  /** Written elsewhere with one of our own mailboxes. */
  readonly sent: boolean;
  readonly answersStopped: boolean;
  readonly files: readonly Attachment[];
}

/** The text of a mail as a thread shows it: its text part, or what its HTML says where there is none. */
export function bodyOf(mail: ReadMail): { readonly text: string; readonly cut: boolean } {
  const own = mail.text.trim();
  if (mail.html === '' || !saysNothing(own)) return cutToBytes(own, MAX_TEXT);
  const ofHtml = textOfHtml(mail.html);
  const said = cleanText(ofHtml.text).trim();
  const { text, cut } = cutToBytes(said === '' ? own : said, MAX_TEXT);
  return { text, cut: cut || ofHtml.cut };
}

/** Nothing, or one sentence that sends its reader to the HTML. */
function saysNothing(text: string): boolean {
  return text === '' || (text.length < 300 && /\bhtml\b/i.test(text) && !text.includes('\n\n'));
}

/** What the entry of a mail has besides its text. */
export function extraOf(
  mail: ReadMail,
  { text, cut }: ReturnType<typeof bodyOf>,
  { from, automatic, newParticipant, sent, answersStopped, files }: MessageFacts,
): EntryExtra {
  const folds = findFolds(text, mail.html, from.name);
  const forwarded = automatic ? undefined : forwardedFrom(text, mail.subject);
  const replyTo = replyToOf(mail, from);
  const facts: MailFacts = {
    from,
    to: mail.headers.addresses('to').slice(0, MOST_ADDRESSES),
    cc: mail.headers.addresses('cc').slice(0, MOST_ADDRESSES),
    subject: mail.subject,
    ...(mail.html.trim() === '' ? {} : { html: true }),
    ...(automatic ? { automatic: true } : {}),
    ...(newParticipant ? { newParticipant: true } : {}),
    ...(sent ? { sentElsewhere: true } : {}),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(forwarded === undefined ? {} : { forwarded }),
    ...(answersStopped ? { answersStopped: true } : {}),
    ...(cut ? { cut: true } : {}),
    ...(mail.problem === undefined ? {} : { problem: mail.problem.slice(0, 300) }),
  };
  return {
    // Nothing but a quote: folded away, the message would be empty.
    ...(folds.length === 0 || visibleText(text, folds) === '' ? {} : { folds }),
    ...(files.length === 0 ? {} : { attachments: files }),
    mail: facts,
  };
}

/** Where it asks to be answered to, if that is somebody else: the first of several. */
function replyToOf({ headers }: ReadMail, from: MailAddress): MailAddress | undefined {
  const [replyTo] = headers.addresses('reply-to');
  return replyTo?.address.toLowerCase() === from.address.toLowerCase() ? undefined : replyTo;
}
