import { LatchboxError } from '@latchbox/shared/errors';
import type { MailOut } from '@latchbox/shared/model/mail';
import type { Recipients } from '@latchbox/shared/model/recipients';
import type { UpInput } from '@latchbox/shared/realtime/up/index';
import type { FakeConversation } from './world.ts';

/** Address of every inbox of the fake server. */
export const addressOf = (inboxId: string): string => `${inboxId}@fake.example`;

type Asked = Pick<UpInput<'reply.send'>, 'recipients' | 'from' | 'forward'>;

/** How a mail leaves, as a reply asks for it; undefined where it asks for nothing. */
export function envelopeOf(
  { contact, inboxId, subject }: FakeConversation,
  { recipients, from, forward }: Asked,
): MailOut | undefined {
  if (recipients === undefined && from === undefined && forward === undefined) return undefined;
  if (from !== undefined && from !== addressOf(inboxId)) throw invalid('from');
  const named = typeof recipients === 'object' ? recipients : undefined;
  if (forward !== undefined && named === undefined) throw invalid('recipients');
  const { to, cc, bcc }: Recipients = named ?? { to: [contact] };
  const each = (list: Recipients['to']) => list.map(({ name = '', address }) => ({ name, address }));
  return {
    from: { name: '', address: addressOf(inboxId) },
    to: each(to),
    ...(cc && { cc: each(cc) }),
    ...(bcc && { bcc: each(bcc) }),
    subject: forward === undefined ? `Re: ${subject}` : `Fwd: ${subject}`,
  };
}

function invalid(path: string): LatchboxError {
  return new LatchboxError('invalid', { issues: [{ path, message: 'cannot be so' }] });
}
