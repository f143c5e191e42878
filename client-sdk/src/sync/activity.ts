import type { UpInput } from '@latchbox/shared/realtime/up/index';
import type { Hub } from '../hub.ts';

type Kind = UpInput<'activity'>['kind'];

/** Tells the server what is done in a conversation: at once when it is another thing than before, else every so often. */
export class Activity {
  readonly #hub: Hub;
  readonly #id: string;
  #last: Kind = 'stopped';
  #at = -Infinity;

  constructor(hub: Hub, id: string) {
    this.#hub = hub;
    this.#id = id;
  }

  did(kind: Kind): void {
    const { runtime } = this.#hub.core;
    const now = runtime.now();
    if (this.#hub.line !== 'up') return;
    // Reading does not interrupt what the others see of typing.
    const known = kind === this.#last || (kind === 'reading' && this.#last !== 'stopped');
    if (known && now - this.#at < (this.#hub.greeting?.typingEvery ?? 0)) return;
    this.#last = kind;
    this.#at = now;
    this.#hub.commands.signal('activity', { conversationId: this.#id, kind });
  }

  /** The composer was emptied, or its text was sent. */
  stopped(): void {
    if (this.#last !== 'reply' && this.#last !== 'note') return;
    this.did('stopped');
  }
}
