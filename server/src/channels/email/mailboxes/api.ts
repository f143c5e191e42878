/** What mailboxes offer to REST, to sending and to receiving. */
import type { configureMailbox } from '@latchbox/shared/http/mailbox-requests';
import type {
  changeMailbox,
  checkMailbox,
  createMailbox,
  getMailboxProgress,
  Mailbox,
  MailboxPart,
  MailboxTrouble,
  Outgoing,
  switchMailbox,
} from '@latchbox/shared/http/mailboxes';
import type { z } from 'zod';
import type { Actor } from '../../../directory/api.ts';

export type NewMailboxInput = z.output<(typeof createMailbox)['body']>;
export type MailboxChangeInput = z.output<(typeof changeMailbox)['body']>;
export type SwitchInput = z.output<(typeof switchMailbox)['body']>;
export type ConfigureInput = z.output<(typeof configureMailbox)['body']>;
export type ConfigureAnswer = z.output<(typeof configureMailbox)['response']>;
export type CheckInput = z.output<(typeof checkMailbox)['body']>;
export type CheckAnswer = z.output<(typeof checkMailbox)['response']>;
export type MailboxProgress = z.output<(typeof getMailboxProgress)['response']>;

/** Administers mailboxes. All throw `not_found` for what the actor may not see, `forbidden` for what it may not change. */
export interface Mailboxes {
  list(actor: Actor, inbox: string | undefined): Promise<Mailbox[]>;
  one(actor: Actor, id: string): Promise<Mailbox>;
  /** Throws `refused` by the rules of addresses, `invalid` for settings that cannot be. */
  create(actor: Actor, input: NewMailboxInput): Promise<Mailbox>;
  change(actor: Actor, id: string, input: MailboxChangeInput): Promise<Mailbox>;
  /** From a shared inbox to a personal one, or back; throws `refused` (H2). */
  switch(actor: Actor, id: string, to: SwitchInput): Promise<Mailbox>;
  /** Connects the mailbox of an approved request. */
  configure(actor: Actor, requestId: string, input: ConfigureInput): Promise<ConfigureAnswer>;
  disconnect(actor: Actor, id: string): Promise<Mailbox>;
  connect(actor: Actor, id: string): Promise<Mailbox>;
  remove(actor: Actor, id: string): Promise<void>;
  /** Tries the settings and says which part of them is wrong; changes nothing. */
  check(actor: Actor, input: CheckInput): Promise<CheckAnswer>;
  progress(actor: Actor, id: string): Promise<MailboxProgress>;
}

/** How a server is signed in to. */
export type Credentials =
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  | { readonly kind: 'oauth2'; readonly user: string; readonly accessToken: string };

/** How mail leaves from a mailbox. */
export interface MailboxTransport {
  readonly mailboxId: string;
  /** Lower case. */
  readonly address: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly security: Outgoing['security'];
  /** Whether its certificate has to name it. */
  readonly verify: boolean;
  /** Whether mail is signed here (DKIM) and not there. */
  readonly sign: boolean;
  readonly credentials: Credentials;
  /** Most mails in a minute. */
  readonly ratePerMinute: number;
  /** Whether a copy is to be put into the Sent folder after it left (`queueSentCopy`). */
  readonly copySent: boolean;
}

/**
 * What to send by, with an access token that is good for some minutes (`anew`: another one than was just refused); null: by the server's own relay. Throws `not_connected`
 * when the mailbox is disconnected or gone, and `MailboxUnusable` when it cannot be signed in.
 */
export type FindTransport = (
  mailboxId: string,
  options?: { readonly anew?: boolean },
) => Promise<MailboxTransport | null>;

/** A part of a connection that does not work, in words for people: no secret in them. */
export class MailboxUnusable extends Error {
  override readonly name = 'MailboxUnusable';
  readonly part: MailboxPart;
  readonly code: MailboxTrouble;

  constructor(part: MailboxPart, code: MailboxTrouble, reason: string, options: { cause?: unknown } = {}) {
    super(reason.slice(0, 500), options);
    this.part = part;
    this.code = code;
  }
}
