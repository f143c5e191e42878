import {
  claimMailbox,
  freeMailboxes,
  giveUpClaim,
  renewClaim,
} from '../../../../database/mailbox-claims.ts';
import { ClaimLost, type MailboxClaim } from '../../../../database/mailbox-mail.ts';
import { mailboxById, setMailboxState, type StoredMailbox } from '../../../../database/mailboxes.ts';
import { backoffMs } from '../../../../messaging/backoff.ts';
import { MailboxUnusable } from '../../mailboxes/api.ts';
import { runSession } from './session.ts';
import type { ReceivingDeps } from './work.ts';

/** Ms that a claim lasts, and after which it is renewed. */
const CLAIM = 30_000;
const RENEW = 10_000;
/** Ms between two looks for mailboxes that nobody receives for. */
const LOOK = 5_000;
/** At most so many are claimed in one look, so that several servers share them. */
const CLAIMED_AT_ONCE = 10;
/** Ms until a mailbox that fails is tried again. */
const RETRY = { first: 5_000, longest: 5 * 60_000 };

export interface MailboxReceiver {
  start(): void;
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
  const running = new Map<string, RunningMailbox>();
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
    const mailbox = runMailbox(deps, claim);
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
    start: next,
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

interface RunningMailbox {
  /** Its settings may have changed, or there is something to do. */
  look(): void;
  stop(): void;
  /** Resolves when nothing of it is under way any more. Never rejects. */
  readonly ended: Promise<void>;
}

/** Receives for one mailbox for as long as the claim lasts: session after session, with pauses that grow while it fails. */
function runMailbox(deps: ReceiverDeps, claim: MailboxClaim): RunningMailbox {
  const { db, clock, log } = deps;
  const over = new AbortController();
  const listeners = new Set<() => void>();
  const failures = new Map<string, number>();
  let session = new AbortController();
  let version: number | undefined;
  let attempts = 0;
  let cancelRenewal = (): void => undefined;
  let renewedAt = clock.monotonic();

  const nudge = (): void => {
    for (const wake of [...listeners]) wake();
  };
  const end = (): void => {
    over.abort();
    session.abort();
    nudge();
  };

  /** Keeps the claim. A row that says otherwise, or that cannot be read for longer than the claim lasts, ends the work. */
  async function renew(): Promise<void> {
    cancelRenewal();
    try {
      const newest = await db.inTransaction((tx) => renewClaim(tx, claim, CLAIM), 'soon');
      renewedAt = clock.monotonic();
      if (newest === undefined) return end();
      if (version !== undefined && newest !== version) startAgain();
    } catch (error) {
      log.warn('The claim on a mailbox could not be renewed', { mailboxId: claim.mailboxId, error });
      if (clock.monotonic() - renewedAt >= CLAIM - RENEW) return end();
    }
    cancelRenewal();
    if (!over.signal.aborted) cancelRenewal = clock.setTimer(RENEW, () => void renew());
  }

  /** With its new settings, and at once. */
  function startAgain(): void {
    attempts = 0;
    session.abort();
    nudge();
  }

  async function run(): Promise<void> {
    await renew();
    while (!over.signal.aborted) {
      session = new AbortController();
      const mailbox = await mailboxById(db.read, claim.mailboxId);
      if (mailbox === undefined || mailbox.state.status === 'disconnected') return;
      version = mailbox.version;
      if (await tryOnce(mailbox)) continue;
      attempts += 1;
      await pause(backoffMs(attempts, deps.random, RETRY));
    }
  }

  /** False: it failed. */
  async function tryOnce(mailbox: StoredMailbox): Promise<boolean> {
    const { signal } = session;
    try {
      const nudges = { listen };
      const healthy = (): void => void (attempts = 0);
      await runSession(deps, { mailbox, claim, failures, signal, nudges, healthy });
      return true;
    } catch (error) {
      if (error instanceof ClaimLost) end();
      else await failed(mailbox, error, signal);
      return false;
    }
  }

  async function failed(mailbox: StoredMailbox, error: unknown, signal: AbortSignal): Promise<void> {
    const { id } = mailbox;
    if (!(error instanceof MailboxUnusable)) {
      log.warn('Receiving for a mailbox broke off and is begun again', { mailboxId: id, error });
      return;
    }
    const { part, code, message: reason } = error;
    log.warn('A mailbox cannot be received for', { mailboxId: id, part, code });
    const { state } = mailbox;
    if (signal.aborted || (state.status === 'failed' && state.code === code && state.reason === reason)) return;
    const failure = { status: 'failed', part, code, reason } as const;
    await db.inTransaction((tx) => setMailboxState(tx, id, failure, { startAgain: false }));
  }

  function listen(wake: () => void): () => void {
    listeners.add(wake);
    return () => void listeners.delete(wake);
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        stopListening();
        resolve();
      };
      const cancel = clock.setTimer(ms, done);
      const stopListening = listen(done);
      if (over.signal.aborted || session.signal.aborted) done();
    });
  }

  const ended = (async () => {
    try {
      await run();
      await db.inTransaction((tx) => giveUpClaim(tx, claim));
    } catch (error) {
      // Its claim runs out, and whoever takes it over goes on where this one stopped.
      log.error('Receiving for a mailbox ended', { mailboxId: claim.mailboxId, error });
    } finally {
      over.abort();
      cancelRenewal();
    }
  })();
  return {
    look: () => {
      void renew();
      nudge();
    },
    stop: end,
    ended,
  };
}
