import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

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

/** A registry with the figures of the process. */
export function processMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'latchbox_' });
  return registry;
}
