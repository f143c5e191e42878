import { Counter, Gauge, type Registry } from 'prom-client';

const OUTCOMES = ['filed', 'known', 'own', 'unreadable', 'skipped'] as const;
const STATES = ['connecting', 'connected', 'failed', 'disconnected'] as const;

/** As receiving for mailboxes wants it. */
export interface MailboxMetrics {
  /** What came of one mail. */
  mail(outcome: (typeof OUTCOMES)[number]): void;
  /** From here on the states are what `read` says; before that there are none. */
  watch(read: () => Promise<ReadonlyMap<string, number>>): void;
}

/** Counts what mailboxes bring, and how they stand. */
export function createMailboxMetrics(registry: Registry): MailboxMetrics {
  const registers = [registry];
  let states: (() => Promise<ReadonlyMap<string, number>>) | undefined;
  const mails = new Counter({
    name: 'latchbox_mailbox_mails_total',
    help: 'Mails of mailboxes that this server looked at, by what came of them: filed, known (there already), own (one of ours), unreadable (kept with a reason), skipped (left in the mailbox).',
    labelNames: ['outcome'],
    registers,
  });
  // From the start, so that the first one is a rise and not a beginning.
  for (const outcome of OUTCOMES) mails.inc({ outcome }, 0);
  new Gauge({
    name: 'latchbox_mailboxes',
    help: 'Mailboxes of the whole deployment by state: connecting, connected, failed, disconnected. Every server says the same.',
    labelNames: ['state'],
    registers,
    async collect() {
      const now = await states?.();
      for (const state of STATES) this.set({ state }, now?.get(state) ?? 0);
    },
  });
  return {
    mail: (outcome) => mails.inc({ outcome }),
    watch(read) {
      states = read;
    },
  };
}
