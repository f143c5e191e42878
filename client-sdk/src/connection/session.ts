import type { Runtime } from '../runtime.ts';

/** A session's public id and the secret that resumes it. */
export interface SessionKey {
  readonly id: string;
  readonly key: string;
}

const SLOT = 'latchbox.session';

/**
 * Keeps the session over reloads, in the tab's own storage. A duplicated tab gets a copy of that storage: it finds the
 * session's name held by the first tab and begins a session of its own.
 */
export class SessionKeeper {
  readonly #runtime: Runtime;
  #session: SessionKey | null = null;
  #letGo: (() => void) | null = null;
  #looked = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The session to resume, or null for a new one. */
  async resumable(): Promise<SessionKey | null> {
    const [id, key] = (!this.#looked && this.#runtime.storage.get(SLOT)?.split(' ')) || [];
    this.#looked = true;
    if (id && key) {
      this.#letGo = await this.#hold(id);
      if (this.#letGo) this.#session = { id, key };
    }
    return this.#session;
  }

  /** The server's answer: the session that runs from now on. */
  keep({ id, key }: SessionKey): void {
    const before = this.#session;
    const session = (this.#session = { id, key });
    this.#runtime.storage.set(SLOT, `${id} ${key}`);
    if (before?.id === id) return;
    this.#letGo?.();
    this.#letGo = null;
    void this.#hold(id).then((held) => {
      if (this.#session === session) this.#letGo = held;
      else held?.();
    });
  }

  /** The session is over for good. */
  forget(): void {
    this.#letGo?.();
    this.#letGo = null;
    if (this.#session) this.#runtime.storage.set(SLOT, null);
    this.#session = null;
  }

  #hold(id: string): Promise<(() => void) | null> {
    return this.#runtime.locks.hold(`${SLOT}.${id}`);
  }
}
