import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { Commands } from './connection/commands.ts';
import type { Greeting } from './connection/states.ts';
import type { Core } from './core.ts';
import type { EventMap, EventName } from './events.ts';
import type { Rows } from './sync/rows.ts';
import type { There } from './sync/there.ts';

/** What conversations and lists need of the client that they belong to. */
export interface Hub {
  readonly core: Core;
  readonly commands: Commands;
  readonly rows: Rows;
  readonly there: There;
  /** The newest one: who is signed in, and the session that runs, or ran before the connection was lost. */
  readonly greeting: Greeting | undefined;
  /**
   * `up`: connected, greeted, and everything that happened before is applied. `slow`: gone for longer than `slowAfter`, or
   * not about to come back by itself.
   */
  readonly line: 'up' | 'down' | 'slow';
  inboxSummary(id: string | undefined): InboxSummary | undefined;
  /** The stream of what concerns this agent alone. */
  ownStream(): string;
  /** How far this agent's read marks are told. */
  marksAt(): number;
  /** Reads a row and its read mark, where only an event was seen. */
  look(conversationId: string): void;
  /** Tells lists and conversations which rows changed. */
  flush(): void;
  /** The number of unsent or failed texts changed. */
  countSends(): void;
  emit<E extends EventName>(event: E, payload: EventMap[E]): void;
}
