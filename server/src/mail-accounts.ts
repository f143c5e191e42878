/** Wires mail accounts together: who administers them, what receives for them, and what mail leaves them by. */
import { createMailboxReceiver } from './channels/email/in/imap/receiver.ts';
import type { MailIntake } from './channels/email/in/intake.ts';
import { createMailboxes } from './channels/email/mailboxes/mailboxes.ts';
import { createMailboxTokens } from './channels/email/mailboxes/tokens.ts';
import { createFindTransport } from './channels/email/mailboxes/transport.ts';
import type { Hints } from './cluster/hints.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { mailboxStates } from './database/mailbox-claims.ts';
import type { FileStore } from './files/file-store.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { createSeal } from './lib/seal.ts';
import type { Messaging } from './messaging/api.ts';
import type { Telemetry } from './metrics/telemetry.ts';

/** The channel of hints on which servers are told that a mailbox was changed. */
const CHANGED = 'mailboxes';

export interface MailAccountDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly hints: Hints;
  readonly serverId: string;
  readonly telemetry: Telemetry | undefined;
  readonly messaging: Messaging;
  readonly files: FileStore;
  readonly intake: MailIntake;
  readonly secret: string;
}

export function createMailAccounts(config: Config, deps: MailAccountDeps) {
  const { hints, secret, telemetry } = deps;
  const seal = createSeal(config.SECRETS_KEY ?? [], secret);
  const all = { ...deps, seal, allowedHosts: config.ALLOWED_PRIVATE_HOSTS ?? [] };
  const tokens = createMailboxTokens(all);
  telemetry?.mailboxes.watch(() => mailboxStates(deps.db.read));
  const receiver = createMailboxReceiver({
    ...all,
    tokens,
    random: Math.random,
    scanEvery: config.MAILBOX_SCAN_SECONDS * 1_000,
    metrics: telemetry?.mailboxes,
  });
  if (config.ROLES.includes('worker')) {
    hints.subscribe(CHANGED, (mailboxId) => {
      if (typeof mailboxId === 'string') receiver.changed(mailboxId);
    });
  }
  return {
    receiver,
    mailboxes: createMailboxes({ ...all, changed: (mailboxId) => hints.publish(CHANGED, mailboxId) }),
    mailboxTransport: createFindTransport({ ...all, tokens }),
  };
}
