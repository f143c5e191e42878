import type { LockState } from '../conversation/lock-state.ts';
import type { Hub } from '../hub.ts';
import { askedUntil } from './held.ts';

/** Tells what happens once about a lock: asked, asked for, offered, lost. */
export class News {
  readonly #hub: Hub;
  readonly #conversationId: string;
  /** The newest offer that was told: until when it stands. */
  #offered = 0;

  constructor(hub: Hub, conversationId: string) {
    this.#hub = hub;
    this.#conversationId = conversationId;
  }

  tell(before: LockState, next: LockState): void {
    const hub = this.#hub;
    const conversationId = this.#conversationId;
    const deadline = askedUntil(next);
    if (deadline !== undefined && askedUntil(before) === undefined)
      hub.emit('idle.asked', { conversationId, deadline });
    if (next.status === 'mine') {
      const known = before.status === 'mine' ? before.asks : [];
      for (const ask of next.asks) {
        if (!known.some(({ id }) => id === ask.id)) hub.emit('lock.asked', { conversationId, ask });
      }
    }
    if (next.status === 'offered' && next.until !== this.#offered) {
      const { until, from, note } = next;
      this.#offered = until;
      hub.emit('lock.offered', { conversationId, until, from, note });
    }
    if (next.status === 'lost' && before.status !== 'lost') {
      const { reason, now, by, note } = next;
      hub.emit('lock.lost', { conversationId, reason, now, by, note });
    }
  }
}
