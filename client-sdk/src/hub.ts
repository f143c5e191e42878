import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { Commands } from './connection/commands.ts';
import type { Greeting } from './connection/states.ts';
import type { Core } from './core.ts';
import type { EventMap, EventName } from './events.ts';
import type { Made } from './lib/made.ts';
import type { Abortable } from './lib/scope.ts';
import type { Rest } from './rest.ts';
import type { Around } from './sync/there.ts';
import type { Works } from './works.ts';

/** What conversations and lists need of the client that they belong to. */
export interface Hub {
  readonly core: Core;
  readonly commands: Commands;
  /** Undefined until the first `connect()` has loaded it. */
  readonly works: Works | undefined;
  /** Who is around each conversation. */
  readonly around: Made<Around>;
  /** The newest one: who is signed in, and the session that runs, or ran before the connection was lost. */
  readonly greeting: Greeting | undefined;
  /**
   * `up`: connected, greeted, and everything that happened before is applied. `slow`: gone for longer than `slowAfter`, or
   * not about to come back by itself.
   */
  readonly line: 'up' | 'down' | 'slow';
  inboxSummary(id: string | undefined): InboxSummary | undefined;
  /** Resolves once connected. Waits for that as long as a command does, then rejects with `offline`. */
  online(options?: Abortable): Promise<void>;
  /** For what does not travel as a command. Waits for a connection as long as a command does, then rejects with `offline`. */
  rest<T>(ask: (rest: Rest) => Promise<T>, options?: Abortable): Promise<T>;
  /** The number of unsent or failed texts changed. */
  countSends(): void;
  emit<E extends EventName>(event: E, payload: EventMap[E]): void;
}
