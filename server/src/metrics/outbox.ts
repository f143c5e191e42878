import { Counter, type Registry } from 'prom-client';

/** As the outbox worker wants it. */
export interface OutboxCounters {
  settled(result: 'sent' | 'failed' | 'retry' | 'overtaken'): void;
  ambiguous(): void;
  account(became: 'paused' | 'free'): void;
}

/** Counts what came of the attempts to hand messages to their channels. */
export function createOutboxMetrics(registry: Registry): OutboxCounters {
  const registers = [registry];
  const settled = new Counter({
    name: 'latchbox_outbox_attempts_total',
    help: 'Attempts to hand a message to its channel that were written down, by result: sent, failed, retry, overtaken.',
    labelNames: ['result'],
    registers,
  });
  const ambiguous = new Counter({
    name: 'latchbox_outbox_ambiguous_total',
    help: 'Attempts of which nobody knows whether the provider took the message; they are made again under the same key.',
    registers,
  });
  const accounts = new Counter({
    name: 'latchbox_outbox_accounts_total',
    help: 'What became of accounts that mail leaves by: paused (not reached several times in a row, or still not), free (again).',
    labelNames: ['became'],
    registers,
  });
  for (const became of ['paused', 'free'] as const) accounts.inc({ became }, 0);
  // From the start, so that the first failure is a rise and not a beginning.
  for (const result of ['sent', 'failed', 'retry', 'overtaken'] as const) settled.inc({ result }, 0);
  return {
    settled: (result) => settled.inc({ result }),
    ambiguous: () => ambiguous.inc(),
    account: (became) => accounts.inc({ became }),
  };
}
