import { Counter, type Registry } from 'prom-client';

export interface LockMetrics {
  /** An event that this process has committed, as JSON; nothing to count without it. Each is committed by one process, so nothing counts twice. */
  committed(data: string | undefined): void;
  /** The lease of a lock could (not) be renewed. */
  uncertain(uncertain: boolean): void;
}

/** The type stands first; most events are not about locks and need not be read further. */
const TYPE = /^\{"type":"([a-z_.]+)"/;

interface LockEvent {
  readonly type: string;
  readonly step?: string;
  readonly reason?: string;
}

/** What the end of a lock says about the question "are you still working?". */
const ANSWER_OF_END: Readonly<Record<string, string>> = { idle: 'none', declined: 'no' };

function createCounters(registry: Registry) {
  const registers = [registry];
  const events = new Counter({
    name: 'latchbox_events_total',
    help: 'Events that this server appended to the log, by type.',
    labelNames: ['type'],
    registers,
  });
  const grants = new Counter({
    name: 'latchbox_lock_grants_total',
    help: 'Locks granted by this server, also by passing on.',
    registers,
  });
  const ends = new Counter({
    name: 'latchbox_lock_ends_total',
    help: 'Locks ended by this server, by reason; a reply without a held lock is no lock here.',
    labelNames: ['reason'],
    registers,
  });
  const steps = new Counter({
    name: 'latchbox_lock_steps_total',
    help: 'Changes of locks that went on, by step: idle_due, kept, connection_lost, resumed, offered, asked_for and so on.',
    labelNames: ['step'],
    registers,
  });
  const pings = new Counter({
    name: 'latchbox_idle_pings_total',
    help: 'Holders asked "are you still working?".',
    registers,
  });
  const answers = new Counter({
    name: 'latchbox_idle_answers_total',
    help: 'What came of asking: kept (answered or went on), no, none (the lock ended as idle).',
    labelNames: ['answer'],
    registers,
  });
  const renewals = new Counter({
    name: 'latchbox_lock_uncertain_total',
    help: 'Times that the lease of a held lock could not be renewed in time (begins) and could be again (ends).',
    labelNames: ['change'],
    registers,
  });
  for (const answer of ['kept', 'no', 'none']) answers.inc({ answer }, 0);
  for (const change of ['begins', 'ends']) renewals.inc({ change }, 0);
  return { events, grants, ends, steps, pings, answers, renewals };
}

/**
 * Counts what happens to locks from the event log: whatever changes a lock appends an event in the same transaction, so the
 * figures miss nothing and need no hook anywhere in the heart.
 */
export function createLockMetrics(registry: Registry): LockMetrics {
  const { events, grants, ends, steps, pings, answers, renewals } = createCounters(registry);

  const read = (event: LockEvent): void => {
    if (event.type === 'lock.granted') grants.inc();
    if (event.type === 'lock.changed' && event.step !== undefined) {
      steps.inc({ step: event.step });
      if (event.step === 'idle_due') pings.inc();
      if (event.step === 'kept') answers.inc({ answer: 'kept' });
    }
    if (event.type === 'lock.ended' && event.reason !== undefined) {
      ends.inc({ reason: event.reason });
      const answer = ANSWER_OF_END[event.reason];
      if (answer !== undefined) answers.inc({ answer });
    }
  };

  return {
    committed(data) {
      if (data === undefined) return;
      const type = TYPE.exec(data)?.[1] ?? (JSON.parse(data) as LockEvent).type;
      events.inc({ type });
      if (type.startsWith('lock.')) read(JSON.parse(data) as LockEvent);
    },
    uncertain: (uncertain) => renewals.inc({ change: uncertain ? 'begins' : 'ends' }),
  };
}
