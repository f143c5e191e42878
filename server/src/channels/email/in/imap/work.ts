import type { ImapFlow } from 'imapflow';
import type { Database } from '../../../../database/database.ts';
import type { MailboxClaim } from '../../../../database/mailbox-mail.ts';
import type { StoredMailbox } from '../../../../database/mailboxes.ts';
import type { FileStore } from '../../../../files/file-store.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { Log } from '../../../../lib/log.ts';
import type { Messaging } from '../../../../messaging/api.ts';
import type { MailboxTokens } from '../../mailboxes/tokens.ts';
import type { MailIntake } from '../intake.ts';

/** What came of a mail of a mailbox, for figures. */
export type MailboxOutcome = 'filed' | 'known' | 'own' | 'unreadable' | 'skipped';

export interface ReceivingDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly intake: Pick<MailIntake, 'acceptInto'>;
  readonly messaging: Pick<Messaging, 'receive'>;
  readonly files: Pick<FileStore, 'open' | 'write'>;
  /** Signs our own Message-IDs. */
  readonly secret: string;
  readonly tokens: MailboxTokens;
  readonly allowedHosts: readonly string[];
  /** Ms between two looks into every folder. */
  readonly scanEvery: number;
  readonly metrics?: { mail(outcome: MailboxOutcome): void } | undefined;
}

/** One claim's work on one mailbox over one connection. */
export interface MailboxWork {
  readonly deps: ReceivingDeps;
  readonly mailbox: StoredMailbox;
  readonly claim: MailboxClaim;
  readonly client: ImapFlow;
  /** How often each mail could not be fetched, by folder and UID; outlives the connection. */
  readonly failures: Map<string, number>;
  readonly signal: AbortSignal;
}
