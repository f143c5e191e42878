/** What must hold of every mail, whatever its bytes are: nothing throws or hangs, and what is made of it can be stored and shown. */

import { Attachment, Fold, MailFacts, visibleText } from '@latchbox/shared';
import { z } from 'zod';
import { sanitiseHtml, withImages } from '../../server/src/channels/email/html/sanitise.ts';
import { isAutomatic } from '../../server/src/channels/email/in/automatic.ts';
import { contactOf, fromOf } from '../../server/src/channels/email/in/contact.ts';
import { contentKey } from '../../server/src/channels/email/in/content-key.ts';
import { bodyOf, extraOf, MAX_TEXT } from '../../server/src/channels/email/in/message.ts';
import { readNews } from '../../server/src/channels/email/in/news.ts';
import { readMail } from '../../server/src/channels/email/in/read-mail.ts';
import { isStorable } from '../../server/src/lib/storable.ts';

/** The longest that a mail may keep others waiting, ms of this thread's own time: large ones are read in another. */
export const MOST_TIME = 2_000;

const Extra = z.object({
  mail: MailFacts,
  folds: z.array(Fold).optional(),
  attachments: z.array(Attachment).optional(),
});

/** Reads a mail as the intake does; throws what is wrong. */
export async function judgeMail(raw: Buffer): Promise<void> {
  const before = process.threadCpuUsage();
  const mail = await readMail(raw);
  const { headers, type } = mail;
  const from = fromOf(headers, 'sender@quist.example');
  const automatic = isAutomatic({ headers, type, sender: 'sender@quist.example', from: from.address });
  const contact = contactOf(headers, from, { automatic, isOwn: () => false });
  const news = await readNews('secret', mail, []);
  const body = bodyOf(mail);
  const facts = { from, automatic, newParticipant: false, sent: false, answersStopped: false, files: [] };
  const extra = Extra.parse(extraOf(mail, body, facts));
  contentKey(raw, headers);
  const shown = withImages(
    sanitiseHtml(mail.html),
    () => undefined,
    () => undefined,
  );
  const texts = [
    body.text,
    mail.subject,
    contact.name,
    contact.address,
    shown.html,
    visibleText(body.text, extra.folds),
  ];
  for (const file of mail.files) texts.push(file.name, file.type, file.contentId ?? '');
  for (const { reason, addresses } of news.bounces) texts.push(reason, ...addresses);
  const odd = texts.find((text) => !isStorable(text));
  if (odd !== undefined)
    throw new Error(`a text that cannot be stored: ${JSON.stringify(odd.slice(0, 200))}`);
  if (Buffer.byteLength(body.text) > MAX_TEXT) throw new Error('a text that is too long');
  if (mail.files.length > 100) throw new Error('too many files');
  let at = 0;
  for (const fold of extra.folds ?? []) {
    if (fold.from < at || fold.to <= fold.from || fold.to > body.text.length)
      throw new Error('a fold out of place');
    at = fold.to;
  }
  const { user, system } = process.threadCpuUsage(before);
  const took = (user + system) / 1_000;
  if (took > MOST_TIME) throw new Error(`took ${Math.round(took)} ms`);
}
