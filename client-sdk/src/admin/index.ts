/** What is set up, by admins and by everybody for themselves: apart from the core, so that nobody loads it who only answers. */
import type { Asks } from './ask.ts';
import { hours } from './hours.ts';
import { inboxes } from './inboxes.ts';
import { mailboxes } from './mailboxes.ts';
import { masters } from './masters.ts';
import { numbers } from './numbers.ts';
import { sending, signatures } from './sending.ts';

export interface AdminApi {
  readonly hours: ReturnType<typeof hours>;
  readonly inboxes: ReturnType<typeof inboxes>;
  readonly mailboxes: ReturnType<typeof mailboxes>;
  readonly masters: ReturnType<typeof masters>;
  readonly numbers: ReturnType<typeof numbers>;
  readonly sending: ReturnType<typeof sending>;
  readonly signatures: ReturnType<typeof signatures>;
}

/** Typed functions for what is set up, over REST with the client's own token. Each rejects with the server's refusal. */
export function adminOf(client: Asks): AdminApi {
  return {
    hours: hours(client),
    inboxes: inboxes(client),
    mailboxes: mailboxes(client),
    masters: masters(client),
    numbers: numbers(client),
    sending: sending(client),
    signatures: signatures(client),
  };
}

export { hours, inboxes, mailboxes, masters, numbers, sending, signatures };
export type { HoursChange, HoursPresets, HoursPreview, HoursSettings } from './hours.ts';
export type { InboxAddress, InboxChange, InboxRecord } from './inboxes.ts';
export type {
  MailboxChange,
  MailboxCheck,
  MailboxProgress,
  MailboxSettings,
  NewMailbox,
} from './mailboxes.ts';
export type { MasterChoices, MasterResult } from './masters.ts';
export type { MasterRow } from '@latchbox/shared/http/masters';
export type { FoundNumber, NumberChange, NumberSearch } from './numbers.ts';
export type { SendingChange, SendingSettings, Signature, SignatureInput } from './sending.ts';
export type {
  Incoming,
  Mailbox,
  MailboxState,
  MailboxTrouble,
  Outgoing,
  PartResult,
  Security,
} from '@latchbox/shared/http/mailboxes';
export type { OptOut, PhoneNumber } from '@latchbox/shared/http/numbers';
