import { LatchboxError } from '@latchbox/shared/error-codes';
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
  #letGo: (() => void) | undefined;
  #looked = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The session to resume, or null for a new one. */
  async resumable(): Promise<SessionKey | null> {
    if (!this.#looked) {
      this.#looked = true;
      const stored = parse(this.#runtime.storage.get(SLOT));
      if (stored !== null) {
        const held = await this.#runtime.locks.hold(lockName(stored));
        if (held !== null) {
          this.#session = stored;
          this.#letGo = held;
        }
      }
    }
    return this.#session;
  }

  /** The server's answer: the session that runs from now on. */
  keep(session: SessionKey): void {
    const before = this.#session;
    this.#session = session;
    this.#runtime.storage.set(SLOT, `${session.id} ${session.key}`);
    if (before?.id === session.id) return;
    this.#letGo?.();
    this.#letGo = undefined;
    void this.#runtime.locks.hold(lockName(session)).then((held) => {
      if (this.#session === session) this.#letGo = held ?? undefined;
      else held?.();
    });
  }

  /** The session is over for good. */
  forget(): void {
    this.#letGo?.();
    this.#letGo = undefined;
    if (this.#session !== null) this.#runtime.storage.set(SLOT, null);
    this.#session = null;
  }
}

const lockName = (session: SessionKey): string => `latchbox.session.${session.id}`;

function parse(stored: string | null): SessionKey | null {
  const [id, key] = stored?.split(' ') ?? [];
  return id && key ? { id, key } : null;
}

/** Codes that no repetition helps with, those that a fresh token may help with, and the rest, which are tried again. */
export type CodeRange = 'stop' | 're-authenticate' | 'retry';

export function codeRange(error: LatchboxError): CodeRange {
  if (LatchboxError.is(error, 'client_too_old', 'server_too_old')) return 'stop';
  return LatchboxError.is(error, 'unauthenticated', 'forbidden') ? 're-authenticate' : 'retry';
}
