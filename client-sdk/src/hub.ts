import type { Me } from '@latchbox/shared/model/agent';
import type { InboxSummary } from '@latchbox/shared/model/inbox';
import type { Commands } from './connection/commands.ts';
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
  /** Who is signed in. */
  agent(): Me | undefined;
  /** The session that runs, or ran before the connection was lost. */
  sessionId(): string | undefined;
  inboxSummary(id: string): InboxSummary | undefined;
  /** `slow`: the connection is gone for longer than `slowAfter`. */
  line(): 'up' | 'down' | 'slow';
  /** Connected, greeted, and everything that happened before is applied. */
  isUp(): boolean;
  /** Milliseconds between two signals of typing. */
  typingEvery(): number;
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
