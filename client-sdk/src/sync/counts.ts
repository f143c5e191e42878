import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import type { InboxCounts } from '@latchbox/shared/realtime/up/inbox-counts';
import type { Hub } from '../hub.ts';
import type { Store } from '../lib/readable.ts';

/** A change is told this much later, and up to as much more: not every agent asks at the same moment. */
const DELAY = 1_000;
/** A busy inbox makes nobody ask more often than this. */
const GAP = 5_000;

/** How many conversations are in each view: asked for while somebody looks, and again some time after what changes them. */
export class Counts {
  readonly #hub: Hub;
  readonly #counts: Store<readonly InboxCounts[]>;
  #askedAt = -Infinity;
  #waiting = false;

  constructor(hub: Hub, counts: Store<readonly InboxCounts[]>) {
    this.#hub = hub;
    this.#counts = counts;
  }

  /** Something changed that counts. */
  changed(): void {
    const { later, runtime } = this.#hub.core;
    if (this.#waiting || !this.#counts.isObserved) return;
    this.#waiting = true;
    const left = this.#askedAt + GAP - runtime.now();
    later(Math.max(left, DELAY) + runtime.random() * DELAY, () => {
      this.#waiting = false;
      this.ask();
    });
  }

  /** A connection is up, or somebody begins to look. */
  ask(): void {
    const { commands, core, line } = this.#hub;
    if (line !== 'up' || !this.#counts.isObserved) return;
    this.#askedAt = core.runtime.now();
    commands.call('inbox.counts', {}, { onLoss: 'reject' }).then(
      ({ inboxes }) => this.#counts.put(inboxes),
      (error: AnyLatchboxError) => {
        if (error.retry === 'later') this.changed();
        else if (!LatchboxError.is(error, 'offline', 'closed'))
          core.log('warn', 'The counts could not be read.', error);
      },
    );
  }
}
