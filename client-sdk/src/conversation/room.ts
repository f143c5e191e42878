import type { DraftKind } from '@latchbox/shared/model/conversation';
import type { Hub } from '../hub.ts';
import type { DraftKeeper } from './draft.ts';
import type { Lock } from './lock.ts';
import type { Thread } from './thread.ts';

/** One conversation, as its parts see it. */
export interface Room {
  readonly hub: Hub;
  readonly id: string;
  readonly lock: Lock;
  readonly thread: Thread;
  readonly drafts: Readonly<Record<DraftKind, DraftKeeper>>;
  /** The thread shows everything that happened before this connection was made. */
  isCurrent(): boolean;
  /** What is shown changed. */
  changed(): void;
  /** The thread is complete, or gone: what waited for it need not wait any more. */
  settled(): void;
}
