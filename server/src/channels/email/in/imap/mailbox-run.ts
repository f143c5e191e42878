import { giveUpClaim, renewClaim } from '../../../../database/mailbox-claims.ts';
import { ClaimLost, type MailboxClaim } from '../../../../database/mailbox-mail.ts';
import { mailboxById, setMailboxState, type StoredMailbox } from '../../../../database/mailboxes.ts';
import { backoffMs } from '../../../../messaging/delivery/backoff.ts';
import { MailboxUnusable } from '../../mailboxes/api.ts';
import { runSession } from './session.ts';
import type { ReceivingDeps } from './work.ts';

/** Ms that a claim lasts, and after which it is renewed. */
export const CLAIM = 30_000;
const RENEW = 10_000;
/** Ms until a mailbox that fails is tried again. */
const RETRY = { first: 5_000, longest: 5 * 60_000 };

/** Receives for one mailbox for as long as its claim lasts: session after session, with pauses that grow while it fails. */
export class MailboxRun {
  readonly #deps: ReceivingDeps;
  readonly #claim: MailboxClaim;
  /** Aborted: nothing more of it begins. */
  readonly #over = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** How often each mail could not be had; outlives single connections. */
  readonly #failures = new Map<string, number>();
  #session = new AbortController();
  /** Of the settings that the session works with. */
  #version: number | undefined;
  /** Sessions that failed in a row. */
  #attempts = 0;
  #renewedAt: number;
  #cancelRenewal = (): void => undefined;
  /** Resolves when nothing of it is under way any more. Never rejects. */
  readonly ended: Promise<void>;

  constructor(deps: ReceivingDeps, claim: MailboxClaim) {
    this.#deps = deps;
    this.#claim = claim;
    this.#renewedAt = deps.clock.monotonic();
    this.ended = this.#runToEnd();
  }

  /** Its settings may have changed, or there is something to do. */
  look(): void {
    void this.#renew();
    this.#nudge();
  }

  stop(): void {
    this.#over.abort();
    this.#session.abort();
    this.#nudge();
  }

  #nudge(): void {
    for (const wake of Array.from(this.#listeners)) wake();
  }

  readonly #listen = (wake: () => void): (() => void) => {
    this.#listeners.add(wake);
    return () => void this.#listeners.delete(wake);
  };

  /** Keeps the claim. A row that says otherwise, or that cannot be read for longer than the claim lasts, ends the work. */
  async #renew(): Promise<void> {
    const { db, clock, log } = this.#deps;
    this.#cancelRenewal();
    try {
      const newest = await db.inTransaction((tx) => renewClaim(tx, this.#claim, CLAIM), 'soon');
      this.#renewedAt = clock.monotonic();
      if (newest === undefined) return this.stop();
      if (this.#version !== undefined && newest !== this.#version) this.#startAgain();
    } catch (error) {
      log.warn('The claim on a mailbox could not be renewed', { mailboxId: this.#claim.mailboxId, error });
      if (clock.monotonic() - this.#renewedAt >= CLAIM - RENEW) return this.stop();
    }
    this.#cancelRenewal();
    if (!this.#over.signal.aborted) this.#cancelRenewal = clock.setTimer(RENEW, () => void this.#renew());
  }

  /** With the new settings, and at once. */
  #startAgain(): void {
    this.#attempts = 0;
    this.#session.abort();
    this.#nudge();
  }

  async #runToEnd(): Promise<void> {
    const { db, log } = this.#deps;
    try {
      await this.#run();
      await db.inTransaction((tx) => giveUpClaim(tx, this.#claim));
    } catch (error) {
      // Its claim runs out, and whoever takes it over goes on where this one stopped.
      log.error('Receiving for a mailbox ended', { mailboxId: this.#claim.mailboxId, error });
    } finally {
      this.#over.abort();
      this.#cancelRenewal();
    }
  }

  async #run(): Promise<void> {
    const { db, random } = this.#deps;
    await this.#renew();
    while (!this.#over.signal.aborted) {
      this.#session = new AbortController();
      const mailbox = await mailboxById(db.read, this.#claim.mailboxId);
      if (mailbox === undefined || mailbox.state.status === 'disconnected') return;
      this.#version = mailbox.version;
      if (await this.#tryOnce(mailbox)) continue;
      this.#attempts += 1;
      await this.#pause(backoffMs(this.#attempts, random, RETRY));
    }
  }

  /** False: it failed. */
  async #tryOnce(mailbox: StoredMailbox): Promise<boolean> {
    const { signal } = this.#session;
    try {
      await runSession(this.#deps, {
        mailbox,
        claim: this.#claim,
        failures: this.#failures,
        signal,
        nudges: { listen: this.#listen },
        healthy: () => void (this.#attempts = 0),
      });
      return true;
    } catch (error) {
      if (error instanceof ClaimLost) this.stop();
      else await this.#failed(mailbox, error, signal);
      return false;
    }
  }

  async #failed({ id, state }: StoredMailbox, error: unknown, signal: AbortSignal): Promise<void> {
    const { db, log } = this.#deps;
    if (!(error instanceof MailboxUnusable)) {
      log.warn('Receiving for a mailbox broke off and is begun again', { mailboxId: id, error });
      return;
    }
    const { part, code, message: reason } = error;
    log.warn('A mailbox cannot be received for', { mailboxId: id, part, code });
    const known = state.status === 'failed' && state.code === code && state.reason === reason;
    if (signal.aborted || known) return;
    const failure = { status: 'failed', part, code, reason } as const;
    await db.inTransaction((tx) => setMailboxState(tx, id, failure, { startAgain: false }));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        stopListening();
        resolve();
      };
      const cancel = this.#deps.clock.setTimer(ms, done);
      const stopListening = this.#listen(done);
      if (this.#over.signal.aborted || this.#session.signal.aborted) done();
    });
  }
}
