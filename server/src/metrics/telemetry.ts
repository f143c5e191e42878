import { Registry } from 'prom-client';
import { createDoorMetrics, type DoorMetrics } from './doors.ts';
import { createGauges, type Gauges } from './gauges.ts';
import { createLockMetrics, type LockMetrics } from './locks.ts';
import { createMailboxMetrics, type MailboxMetrics } from './mailboxes.ts';
import { createMailMetrics, type MailMetrics } from './mail.ts';
import { createOutboxMetrics, type OutboxCounters } from './outbox.ts';
import { createPumpMetrics, type PumpMetrics } from './pump.ts';

/** Everything that this process counts, beside what its HTTP answers and Node itself are counted as. */
export interface Telemetry {
  readonly registry: Registry;
  readonly locks: LockMetrics;
  readonly doors: DoorMetrics;
  readonly outbox: OutboxCounters;
  readonly mailboxes: MailboxMetrics;
  readonly mail: MailMetrics;
  readonly pump: PumpMetrics;
  readonly gauges: Gauges;
}

/** Makes the counters; `docs/metrics.md` is printed from what they say of themselves. */
export function createTelemetry(registry: Registry): Telemetry {
  return {
    registry,
    locks: createLockMetrics(registry),
    doors: createDoorMetrics(registry),
    outbox: createOutboxMetrics(registry),
    mailboxes: createMailboxMetrics(registry),
    mail: createMailMetrics(registry),
    pump: createPumpMetrics(registry),
    gauges: createGauges(registry),
  };
}
