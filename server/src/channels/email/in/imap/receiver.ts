import { claimMailbox, endAllClaims, freeMailboxes } from '../../../../database/mailbox-claims.ts';
import type { MailboxClaim } from '../../../../database/mailbox-mail.ts';
import { CLAIM, MailboxRun } from './mailbox-run.ts';
import type { ReceivingDeps } from './work.ts';

/** Ms between two looks for mailboxes that nobody receives for. */
const LOOK = 5_000;
/** At most so many are claimed in one look, so that several servers share them. */
const CLAIMED_AT_ONCE = 10;

export interface MailboxReceiver {
  /** `alone`: no other server lives, and what one of before had claimed is free. */
  start(alone: boolean): Promise<void>;
  /** A mailbox was changed, here or on another server: it is looked at now. */
  changed(mailboxId: string): void;
  /** Ends all connections, and lets other servers have the mailboxes at once. */
  stop(): Promise<void>;
}

export interface ReceiverDeps extends ReceivingDeps {
  readonly serverId: string;
}

/** Receives for mailboxes: each is one server's at a time, as its row says. */
export function createMailboxReceiver(deps: ReceiverDeps): MailboxReceiver {
  const running = new Map<string, MailboxRun>();
  let stopped = false;
  let looking: Promise<void> = Promise.resolve();
  let cancelLook = (): void => undefined;

  async function look(): Promise<void> {
    try {
      const { db, serverId } = deps;
      const free = await freeMailboxes(db.read, await db.now(), CLAIMED_AT_ONCE);
      for (const row of free) {
        if (stopped) return;
        const claim = await db.inTransaction((tx) => claimMailbox(tx, row, { server: serverId, for: CLAIM }));
        if (claim !== undefined) begin(claim);
      }
    } catch (error) {
      deps.log.error('Mailboxes could not be looked for; the next look comes', { error });
    }
  }

  function begin(claim: MailboxClaim): void {
    const { mailboxId } = claim;
    // One of before whose claim ran out unnoticed is at its end.
    running.get(mailboxId)?.stop();
    const mailbox = new MailboxRun(deps, claim);
    running.set(mailboxId, mailbox);
    void mailbox.ended.then(() => {
      if (running.get(mailboxId) === mailbox) running.delete(mailboxId);
    });
  }

  function next(): void {
    cancelLook();
    looking = looking.then(look).then(() => {
      if (!stopped) cancelLook = deps.clock.setTimer(LOOK, next);
    });
  }

  return {
    async start(alone) {
      if (alone) await deps.db.inTransaction((tx) => endAllClaims(tx));
      next();
    },
    changed(mailboxId) {
      if (stopped) return;
      const mailbox = running.get(mailboxId);
      if (mailbox === undefined) next();
      else mailbox.look();
    },
    async stop() {
      stopped = true;
      cancelLook();
      await looking;
      const all = [...running.values()];
      for (const mailbox of all) mailbox.stop();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}
