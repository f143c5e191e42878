import type { LockLine, LockView } from '@latchbox/shared/model/lock';
import type { UpInput, UpResult } from '@latchbox/shared/realtime/up/index';
import type { AboutName, CallOptions } from '../connection/commands.ts';
import type { HeldLock, LockState } from '../conversation/lock-state.ts';
import type { Room } from '../conversation/room.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Grant } from '../works.ts';

/** What is known of one lock and can be said about it, for the parts of its keeper. */
export interface LockParts {
  readonly room: Room;
  readonly view: LockView | undefined;
  readonly line: LockLine | undefined;
  /** What is shown now. */
  readonly shown: LockState;
  readonly handle: HeldLock | undefined;
  /** Something is offered to this agent. */
  readonly isOffered: boolean;
  get(name: Grant, options?: Abortable, note?: string): Promise<HeldLock>;
  say<N extends AboutName>(
    name: N,
    input: Omit<UpInput<N>, 'conversationId'>,
    options?: CallOptions,
  ): Promise<UpResult<N>>;
  /**
   * Waits until `check` answers something; what it throws is what this rejects with. `ms`: for that long, then `timeout`, or `offline`
   * while there is no connection.
   */
  until<T>(check: () => T | undefined, options?: Abortable, ms?: number): Promise<T>;
  /** News of the lock, as an answer says it. */
  see(view: LockView, ordered: boolean): void;
  leaveLine(): Promise<void>;
  /** Takes back what was asked for, and nothing else. */
  takeBack(): void;
  dismiss(): void;
  refresh(): void;
}
