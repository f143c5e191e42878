import type { Conversation } from '@latchbox/client';
import { AtSign, BellOff, Bot, FileWarning, Forward, Scissors, UserPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { VoicemailPlayer } from '../calls/voicemail.tsx';
import { Files } from '../files/files.tsx';
import { addressBeside } from '../lib/people.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Icon } from '../ui/icon.tsx';
import { BodyText } from './body-text.tsx';
import { Bubble } from './bubble.tsx';
import { MailDetails } from './mail-details.tsx';
import { mailForm } from './mail-form.ts';
import type { MessageEntry } from './message-entry.ts';
import { MessageMenu } from './message-menu.tsx';

interface MessageViewProps {
  conversation: Conversation;
  entry: MessageEntry;
  fresh: boolean;
  onFailed: (error: unknown) => void;
}

const HtmlMail = lazy(async () => ({ default: (await import('./html-mail.tsx')).HtmlMail }));

/** A message that came in, mostly the customer's: as text, or as the mail's own HTML in a frame of its own. */
export function MessageView({ conversation, entry, fresh, onFailed }: MessageViewProps) {
  const { author, at, body, folds, attachments, mail, voicemail } = entry;
  const preferred = useReadable(mailForm);
  const [details, setDetails] = useState(false);
  const html = mail?.html === true;
  // A colleague wrote it, and it stands where colleagues' replies stand.
  const elsewhere = mail?.sentElsewhere === true;
  const form = html ? preferred : 'text';
  // What stands in the text of the HTML need not stand below it as well.
  const files = form === 'html' ? attachments?.filter(({ inline }) => inline !== true) : attachments;
  return (
    <Bubble
      speaker={elsewhere ? 'agent' : 'customer'}
      author={author}
      role={elsewhere ? `from ${author.address}, in another mail program` : addressBeside(author)}
      at={at}
      look={fresh ? 'fresh' : undefined}
      menu={
        mail === undefined ? null : (
          <MessageMenu
            conversation={conversation}
            entry={entry}
            form={html ? form : null}
            details={details}
            onDetails={setDetails}
            onFailed={onFailed}
          />
        )
      }
      footer={mail === undefined ? undefined : <Facts mail={mail} />}
    >
      {details && mail !== undefined ? <MailDetails mail={mail} /> : null}
      {mail?.problem === undefined ? null : (
        <div className="message-unreadable" role="note">
          <Icon of={FileWarning} />
          <span>
            <b>This mail could not be read.</b> {mail.problem} Its original is kept.
          </span>
        </div>
      )}
      {form === 'html' ? (
        <Suspense fallback={<p className="hint">Loading…</p>}>
          <HtmlMail conversation={conversation} entry={entry} />
        </Suspense>
      ) : (
        <BodyText body={body} folds={folds} />
      )}
      {voicemail === undefined ? <Files files={files} /> : <VoicemailPlayer files={files} />}
    </Bubble>
  );
}

/** What is good to know about where the mail came from. */
function Facts({ mail }: { mail: NonNullable<MessageEntry['mail']> }) {
  const facts = [
    mail.automatic === true ? { icon: Bot, words: 'Sent by a machine' } : null,
    mail.newParticipant === true
      ? { icon: UserPlus, words: `From somebody new: ${mail.from.address}` }
      : null,
    mail.forwarded === undefined
      ? null
      : { icon: Forward, words: `Forwarded; first from ${mail.forwarded.from.address}, as it says itself` },
    mail.replyTo === undefined ? null : { icon: AtSign, words: `Wants answers at ${mail.replyTo.address}` },
    mail.answersStopped === true
      ? { icon: BellOff, words: 'Too many too fast: automatic answers to this sender are stopped' }
      : null,
    mail.cut === true ? { icon: Scissors, words: 'Only the beginning. The original has all of it' } : null,
  ].filter((fact) => fact !== null);
  return facts.map(({ icon, words }) => (
    <span key={words}>
      <Icon of={icon} size={15} />
      {words}
    </span>
  ));
}
