import { Gauge, Histogram, type Registry } from 'prom-client';

/** As the pump wants it. */
export interface PumpMetrics {
  /** An event is given to the room of its stream, so many ms after its transaction began. */
  told(lagMs: number): void;
  /** At the last look (once a second) the stream that was furthest behind lacked so many events. */
  behind(events: number): void;
}

export function createPumpMetrics(registry: Registry): PumpMetrics {
  const registers = [registry];
  const lag = new Histogram({
    name: 'latchbox_pump_lag_seconds',
    help: 'Time from an event to its room on this server; the difference between the clocks of database and server is in it.',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const behind = new Gauge({
    name: 'latchbox_pump_behind_events',
    help: 'Events that the stream furthest behind lacked at the last look, once a second. It stays above 0 only when the pump cannot keep up.',
    registers,
  });
  return {
    told: (lagMs) => lag.observe(Math.max(0, lagMs) / 1_000),
    behind: (events) => behind.set(events),
  };
}
