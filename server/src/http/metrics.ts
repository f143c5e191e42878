import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { OutboxMetrics } from '../messaging/outbox-worker.ts';

export interface HttpMetrics {
  answered(route: string, status: number, seconds: number): void;
}

/** Counts answers by route, never by address: addresses are without number and hold ids. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const answers = new Counter({
    name: 'latchbox_http_answers_total',
    help: 'Answers of the REST API, by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });
  const time = new Histogram({
    name: 'latchbox_http_seconds',
    help: 'Time from request to answer of the REST API, by route.',
    labelNames: ['route'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  return {
    answered(route, status, seconds) {
      answers.inc({ route, status });
      time.observe({ route }, seconds);
    },
  };
}

/** Counts what came of the attempts to hand messages to their channels. */
export function createOutboxMetrics(registry: Registry): OutboxMetrics {
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
  // From the start, so that the first failure is a rise and not a beginning.
  for (const result of ['sent', 'failed', 'retry', 'overtaken'] as const) settled.inc({ result }, 0);
  return {
    settled: (result) => settled.inc({ result }),
    ambiguous: () => ambiguous.inc(),
  };
}

/** A registry with the figures of the process. */
export function processMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'latchbox_' });
  return registry;
}
