import type { ConversationRow } from '@latchbox/shared';

/** What a conversation is called where people are told of it, as lists call it: texts have no subject, there it is whom they are with. */
export function titleOf({
  channel,
  contact,
  subject,
}: Pick<ConversationRow, 'channel' | 'contact' | 'subject'>): string {
  return channel === 'sms' || subject === '' ? contact.name : subject;
}
