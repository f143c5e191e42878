import type { OwnDraft } from '@latchbox/shared/realtime/up/conversation-open';
import type { DraftKind } from '@latchbox/shared/model/conversation';
import { type AnyLatchboxError, LatchboxError } from '@latchbox/shared/error-codes';
import type { ServerTime } from '../connection/clock.ts';
import type { Hub } from '../hub.ts';
import { type Readable, Store } from '../lib/readable.ts';

/**
 * A draft: the text here, and how it stands towards the server's. `conflict`: it was changed elsewhere meanwhile (another
 * tab); nothing is saved until one of the two is chosen. `refused`: the server does not take it; the text is kept here.
 */
export type DraftSnapshot = { readonly body: string } & (
  | { readonly status: 'saved'; readonly savedAt: ServerTime | null }
  | { readonly status: 'unsaved' }
  | { readonly status: 'conflict'; readonly newer: string }
  | { readonly status: 'refused'; readonly error: AnyLatchboxError }
);

export interface Draft extends Readable<DraftSnapshot> {
  /** Changes the text; it is saved by itself a little later. An empty text deletes the draft. */
  set(body: string): void;
  /** Saves now what is unsaved. Resolves when it is saved or cannot be now; look at the snapshot. */
  flush(): Promise<void>;
  /** Ends a conflict: with the newer text of the server, or with the text here. */
  resolve(keep: 'newer' | 'mine'): void;
}

/** Typing without a pause is saved this often, in multiples of the delay. */
const MOST_DELAYS = 6;

export class DraftKeeper extends Store<DraftSnapshot> implements Draft {
  readonly #hub: Hub;
  readonly #id: string;
  readonly #kind: DraftKind;
  readonly #emptied: () => void;
  #body = '';
  /** What the server has, as far as is known here. */
  #base = '';
  #revision = 0;
  #savedAt: ServerTime | null = null;
  #loaded = false;
  #newer: { readonly body: string; readonly revision: number } | undefined;
  #refused: AnyLatchboxError | undefined;
  #saving: Promise<void> | undefined;
  #stopTimer: (() => void) | undefined;
  #unsavedSince = 0;
  /** The text was sent, and is on its way. */
  #taken = false;

  /** `emptied`: the composer holds nothing any more. */
  constructor(hub: Hub, id: string, kind: DraftKind, emptied: () => void) {
    super(hub.core.scope, { body: '', status: 'saved', savedAt: null });
    this.#hub = hub;
    this.#id = id;
    this.#kind = kind;
    this.#emptied = emptied;
  }

  set(body: string): void {
    if (body === this.#body) return;
    if (this.#body === this.#base) this.#unsavedSince = this.#hub.core.runtime.now();
    this.#body = body;
    this.#refused = undefined;
    if (body === '') this.#emptied();
    this.changed();
  }

  async flush(): Promise<void> {
    this.#stopTimer?.();
    if (this.#saving) await this.#saving;
    await this.#save();
  }

  resolve(keep: 'newer' | 'mine'): void {
    const newer = this.#newer;
    if (!newer) return;
    if (keep === 'newer') this.#body = newer.body;
    this.#rebase(newer.body, newer.revision);
    this.changed();
  }

  /** The drafts that stand on the server, read with the thread. */
  read(drafts: readonly OwnDraft[]): void {
    const stored = drafts.find(({ kind }) => kind === this.#kind);
    const { body = '', revision = this.#revision, savedAt = null } = stored ?? {};
    if (this.#loaded && revision < this.#revision) return;
    this.#loaded = true;
    this.#savedAt = savedAt;
    const untouched = this.#body === this.#base;
    if (untouched) this.#body = body;
    // What was passed on, or emptied in another tab, is no text to choose between: what is unsaved here stays.
    if (untouched || body === '' || body === this.#body || body === this.#base) this.#rebase(body, revision);
    else this.#newer = { body, revision };
    this.changed();
  }

  /** The text was sent: it leaves the composer, and is not saved while it is on its way. */
  take(body: string): void {
    if (this.#body !== body) return;
    this.#taken = true;
    this.set('');
  }

  /** The text is stored as a message. For a reply the server deleted the draft in the same step. */
  sent(): void {
    this.#taken = false;
    if (this.#kind === 'reply') this.#base = '';
    this.changed();
  }

  /** The text was stopped: it comes back, unless something else was written meanwhile. */
  restore(body: string): void {
    this.#taken = false;
    if (this.#body === '') this.set(body);
  }

  /** Says how it stands now, and saves what is unsaved a little later: also when a connection is up again. */
  changed(): void {
    const body = this.#body;
    const unsaved = body !== this.#base;
    if (this.#newer) this.put({ body, status: 'conflict', newer: this.#newer.body });
    else if (this.#refused) this.put({ body, status: 'refused', error: this.#refused });
    else if (unsaved) this.put({ body, status: 'unsaved' });
    else this.put({ body, status: 'saved', savedAt: this.#savedAt });
    if (!unsaved) return;
    const { later, runtime, timings } = this.#hub.core;
    const latest = this.#unsavedSince + timings.draftDelay * MOST_DELAYS - runtime.now();
    this.#stopTimer?.();
    this.#stopTimer = later(Math.max(0, Math.min(timings.draftDelay, latest)), () => void this.#save());
  }

  async #save(): Promise<void> {
    if (this.#body === this.#base || this.#newer || this.#refused) return;
    // A text that is on its way stays on the server as a draft until it is stored there as a message.
    if ((this.#taken && this.#body === '') || !this.#loaded || this.#hub.line !== 'up') return;
    await (this.#saving ??= this.#saveNow(this.#body).finally(() => {
      this.#saving = undefined;
      this.#unsavedSince = this.#hub.core.runtime.now();
      this.changed();
    }));
  }

  async #saveNow(body: string): Promise<void> {
    const input = { kind: this.#kind, body, revision: this.#revision };
    try {
      const saved = await this.#hub.commands.about(this.#id, 'draft.save', input, { onLoss: 'reject' });
      this.#savedAt = saved.savedAt;
      this.#rebase(body, saved.revision);
    } catch (error) {
      this.#notSaved(error as AnyLatchboxError, body);
    }
  }

  /** What is not refused for good is tried again after the delay. */
  #notSaved(error: AnyLatchboxError, body: string): void {
    if (error.code === 'conflict' && error.details.revision !== undefined) {
      const { body: stands = '', revision } = error.details;
      this.#revision = revision;
      // What stands there is what was saved from here, or what was taken away by our own send: only the number was late.
      if (stands === body || stands === this.#base) this.#base = stands;
      else this.#newer = { body: stands, revision };
    } else if (error.retry === 'never' && !LatchboxError.is(error, 'closed', 'aborted')) {
      this.#refused = error;
    }
  }

  #rebase(body: string, revision: number): void {
    this.#base = body;
    this.#revision = revision;
    this.#newer = undefined;
  }
}
