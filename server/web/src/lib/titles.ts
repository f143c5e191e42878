import type { ConversationRow } from '@latchbox/client';

/** What a conversation is called: its subject; texts have none, there it is whom they are with. */
export function titleOf({
  channel,
  contact,
  subject,
}: Pick<ConversationRow, 'channel' | 'contact' | 'subject'>): string {
  return channel === 'sms' || subject === '' ? contact.name : subject;
}

/** Our number in a conversation of texts; empty for other channels. */
export function ownNumber({ channel, subject }: Pick<ConversationRow, 'channel' | 'subject'>): string {
  return channel === 'sms' ? (/\+[\d ()-]+\d/.exec(subject)?.[0] ?? '') : '';
}
