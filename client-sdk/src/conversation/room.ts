import type { DraftKind } from '@latchbox/shared/model/conversation';
import type { Entry } from '@latchbox/shared/model/entry';
import type { Hub } from '../hub.ts';
import type { ThreadReading } from '../works.ts';
import type { DraftKeeper } from './draft.ts';
import type { Lock } from './lock.ts';

/** One conversation, as its parts see it. */
export interface Room {
  readonly id: string;
  readonly hub: Hub;
  readonly lock: Lock;
  readonly drafts: Readonly<Record<DraftKind, DraftKeeper>>;
  readonly reader: ThreadReading | undefined;
  /** How many want it open. */
  readonly leases: number;
  /** Whoever opened it wants the lock, when it is free and the inbox is one where opening takes it. */
  wantsLock: boolean;
  /** What is shown changed. */
  changed(): void;
  /** The thread is complete, or gone: what waited for it need not wait any more. */
  settled(entries: readonly Entry[]): void;
}
