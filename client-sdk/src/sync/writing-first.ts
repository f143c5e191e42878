import type { Accounts } from '@latchbox/shared/model/account';
import type { ReplyEntry } from '@latchbox/shared/model/entry';
import { LatchboxError } from '@latchbox/shared/error-codes';
import type { Hub } from '../hub.ts';
import type { Store } from '../lib/readable.ts';
import { refuse } from '../lib/refuse.ts';
import type { ComposeInput } from '../writing-first.ts';

interface Job {
  readonly input: ComposeInput & { readonly clientId: string };
  running?: boolean;
  resolve(entry: ReplyEntry): void;
  reject(error: unknown): void;
}

/** Messages that this session writes first. Each waits for a connection, and goes again where its answer was lost. */
export class WritingFirst {
  readonly #hub: Hub;
  readonly #accounts: Store<Accounts | null>;
  readonly #jobs = new Set<Job>();

  constructor(hub: Hub, accounts: Store<Accounts | null>) {
    this.#hub = hub;
    this.#accounts = accounts;
    hub.core.scope.onEnd(() => {
      for (const job of this.#jobs) job.reject(refuse('closed'));
    });
  }

  /** How many are on their way. */
  get unsent(): number {
    return this.#jobs.size;
  }

  compose(input: Job['input']): Promise<ReplyEntry> {
    return new Promise((resolve, reject) => {
      this.#jobs.add({ input, resolve, reject });
      this.#hub.countSends();
      this.#pump();
    });
  }

  /** A connection is up: says what waited for it. */
  up(): void {
    this.#pump();
    this.ask();
  }

  /** Reads the accounts, while somebody looks at them. */
  ask(): void {
    const { commands, core, line } = this.#hub;
    if (line !== 'up' || !this.#accounts.isObserved) return;
    commands.call('account.list', {}, { onLoss: 'reject' }).then(
      (accounts) => this.#accounts.put(accounts),
      (error: unknown) => {
        if (!LatchboxError.is(error, 'offline', 'closed'))
          core.log('warn', 'The accounts could not be read.', error);
      },
    );
  }

  #pump(): void {
    if (this.#hub.line !== 'up') return;
    for (const job of this.#jobs) if (!job.running) void this.#run(job);
  }

  async #run(job: Job): Promise<void> {
    const { commands } = this.#hub;
    const { attachments, ...input } = job.input;
    job.running = true;
    try {
      const said = { ...input, ...(attachments && { attachments: [...attachments] }) };
      const { entry } = await commands.call('conversation.compose', said, { onLoss: 'reject' });
      job.resolve(entry as ReplyEntry);
    } catch (error) {
      job.running = false;
      // Lost with the connection: it goes again, as it is, on the next one.
      if (LatchboxError.is(error, 'offline')) return;
      job.reject(error);
    }
    this.#jobs.delete(job);
    this.#hub.countSends();
  }
}
