import { LatchboxError } from '@latchbox/shared/error-codes';
import type { UpResult } from '@latchbox/shared/realtime/up/index';
import type { HeldLock } from '../conversation/lock-state.ts';
import { type Abortable, waitFor } from '../lib/scope.ts';
import type { LockParts } from './parts.ts';

interface Question {
  readonly note: string;
  readonly said: Promise<UpResult<'lock.ask'>>;
  /** The fence that it is about: with a newer one it is over. */
  readonly fence: number;
  readonly sessionId: string | undefined;
  /** Where the conversation is. */
  readonly inboxId: string | undefined;
}

/** The question of this session to the holder of one lock (L12), and what becomes of it. */
export class Asking {
  readonly #keeper: LockParts;
  #question: Question | undefined;
  #askers = 0;
  /** The newest question of this agent that a row showed: a newer row without it says that it is over. */
  #seen: string | undefined;

  constructor(keeper: LockParts) {
    this.#keeper = keeper;
  }

  async ask(note: string, options: Abortable = {}): Promise<HeldLock> {
    const keeper = this.#keeper;
    keeper.dismiss();
    const question = (this.#question ??= this.#begin(note));
    this.#askers += 1;
    try {
      await this.#answered(question, options);
    } finally {
      this.#askers -= 1;
      if (this.#askers === 0 && this.#question === question) {
        this.#question = undefined;
        if (options.signal?.aborted) keeper.takeBack();
      }
    }
    return keeper.handle ?? (await this.#tryOnce(options));
  }

  /** What is known changed. */
  look(): void {
    const me = this.#keeper.room.hub.greeting?.me.id;
    this.#seen = this.#keeper.line?.asks.find(({ from }) => from.id === me)?.id ?? this.#seen;
  }

  /** What is known is to be read afresh: what is not there then is over, seen or not. */
  forget(): void {
    void this.#question?.said.then(
      ({ askId }) => void (this.#seen = askId),
      () => {},
    );
  }

  /** Connected again, and everything is told. The lock passes to the session that asked: that is another one now. */
  up(): void {
    const question = this.#question;
    const sessionId = this.#keeper.room.hub.greeting?.session.id;
    if (!question || question.sessionId === sessionId) return;
    this.#question = { ...question, sessionId };
    // What is refused here is over by its row too.
    this.#keeper.say('lock.ask', { note: question.note }).catch(() => {});
  }

  #begin(note: string): Question {
    const { room, view } = this.#keeper;
    const said = this.#keeper.say('lock.ask', { note });
    said.catch(() => {
      this.#question = undefined;
    });
    const { greeting, works } = room.hub;
    return {
      note,
      said,
      fence: view?.fence ?? Infinity,
      sessionId: greeting?.session.id,
      inboxId: works?.row(room.id)?.inboxId,
    };
  }

  /** Resolves when the question is over, one way or another. */
  async #answered({ said, fence, inboxId }: Question, options: Abortable): Promise<void> {
    const keeper = this.#keeper;
    const { core } = keeper.room.hub;
    const { askId, deadline } = await waitFor<UpResult<'lock.ask'>>(
      core.scope,
      options.signal,
      (resolve, reject) => {
        said.then(resolve, reject);
        return () => {};
      },
    );
    const isOver = (): true | undefined => {
      const { handle, line, view } = keeper;
      if (handle) return true;
      // Not to be seen any more: its end is not told here.
      const { hub } = keeper.room;
      if (inboxId !== undefined && hub.line === 'up' && hub.inboxSummary(inboxId) === undefined)
        throw new LatchboxError('not_found', {});
      if (!view || line?.asks.some(({ id }) => id === askId)) return undefined;
      return this.#seen === askId || view.fence > fence || undefined;
    };
    // By the clock of another server it may be far away: the holder has no longer than the inbox says.
    const most = keeper.room.hub.inboxSummary(inboxId)?.times.askGrace ?? Infinity;
    const left = Math.min(most, Math.max(0, deadline - core.clock.now()));
    await keeper.until(isOver, options, left + core.timings.ackTimeout);
  }

  /** It is over, and the lock is not here: free, or somebody's. */
  async #tryOnce(options: Abortable): Promise<HeldLock> {
    const { shown } = this.#keeper;
    // Asking for it once more might end another lock of mine, and would be refused.
    if (shown.status === 'theirs')
      throw new LatchboxError('lock_held', { holder: shown.holder, since: shown.since });
    if (shown.status === 'mine-elsewhere')
      throw new LatchboxError('lock_elsewhere', { since: shown.since, device: shown.device });
    if (shown.status === 'reserved') {
      const { for: offeredTo, until } = shown;
      throw new LatchboxError('lock_held', { holder: null, since: null, offeredTo, until });
    }
    return await this.#keeper.get('lock.acquire', options);
  }
}
