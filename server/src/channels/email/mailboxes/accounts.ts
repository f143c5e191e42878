/** Puts mail accounts together: who administers them, what receives for them, and what mail leaves them by. */
import type { Hints } from '../../../cluster/hints.ts';
import type { Config } from '../../../config.ts';
import type { Wake } from '../../../database/event-log.ts';
import { mailboxStates } from '../../../database/mailbox-claims.ts';
import type { Seal } from '../../../lib/seal.ts';
import { createMailboxReceiver } from '../in/imap/receiver.ts';
import type { SignMail } from '../out/dkim/sign-mail.ts';
import type { Relay } from '../out/relay.ts';
import type { MailboxOutcome, ReceivingDeps } from '../in/imap/work.ts';
import { createFreshGrants } from './fresh-grants.ts';
import { createMailboxRelay } from './mailbox-relay.ts';
import { createMailboxes } from './mailboxes.ts';
import { createMasters } from './masters/masters.ts';
import { createMailboxTokens } from './tokens.ts';
import { createFindTransport } from './transport.ts';

/** The channel of hints on which servers are told that a mailbox was changed. */
const CHANGED = 'mailboxes';

type Given = Pick<ReceivingDeps, 'db' | 'clock' | 'log' | 'intake' | 'messaging' | 'files' | 'secret'>;

export interface MailAccountDeps extends Given {
  readonly wake: Wake;
  readonly hints: Hints;
  readonly serverId: string;
  readonly seal: Seal;
  readonly sign: SignMail;
}

/** Figures of mailboxes. */
export interface MailAccountMetrics {
  mail(outcome: MailboxOutcome): void;
  watch(read: () => Promise<ReadonlyMap<string, number>>): void;
}

export function createMailAccounts(
  config: Pick<Config, 'ALLOWED_PRIVATE_HOSTS' | 'MAILBOX_SCAN_SECONDS' | 'ROLES'>,
  deps: MailAccountDeps,
  metrics: MailAccountMetrics | undefined,
) {
  const { db, hints } = deps;
  const all = { ...deps, allowedHosts: config.ALLOWED_PRIVATE_HOSTS ?? [] };
  const grants = createFreshGrants(all);
  const tokens = createMailboxTokens(all);
  metrics?.watch(() => mailboxStates(db.read));
  const scanEvery = config.MAILBOX_SCAN_SECONDS * 1_000;
  const transport = createFindTransport({ ...all, tokens });
  const receiver = createMailboxReceiver({ ...all, tokens, random: Math.random, scanEvery, metrics });
  if (config.ROLES.includes('worker')) {
    hints.subscribe(CHANGED, (mailboxId) => {
      if (typeof mailboxId === 'string') receiver.changed(mailboxId);
    });
  }
  return {
    receiver,
    mailboxes: createMailboxes({
      ...all,
      tokens,
      grants,
      changed: (mailboxId) => hints.publish(CHANGED, mailboxId),
    }),
    masters: createMasters(all),
    /** What mail leaves by: its mailbox's server, or the relay. */
    relayOver: (relay: Relay | undefined) => createMailboxRelay({ ...all, transport, relay }),
  };
}
