import type { EventData } from '@latchbox/shared';
import type { Registry } from 'prom-client';
import { createTally } from './tally.ts';

export interface LockMetrics {
  /** An event that this process has committed; nothing to count without it. Each is committed by one process, so nothing counts twice. */
  committed(event: EventData | undefined): void;
  /** The lease of a lock could (not) be renewed. */
  uncertain(uncertain: boolean): void;
}

/** What the end of a lock says about the question "are you still working?". */
const ANSWER_OF_END: Readonly<Record<string, string>> = { idle: 'none', declined: 'no' };

function createCounters(registry: Registry) {
  return {
    events: createTally(registry, {
      name: 'latchbox_events_total',
      help: 'Events that this server appended to the log, by type.',
      label: 'type',
    }),
    grants: createTally(registry, {
      name: 'latchbox_lock_grants_total',
      help: 'Locks granted by this server, also by passing on.',
    }),
    ends: createTally(registry, {
      name: 'latchbox_lock_ends_total',
      help: 'Locks ended by this server, by reason; a reply without a held lock is no lock here.',
      label: 'reason',
    }),
    steps: createTally(registry, {
      name: 'latchbox_lock_steps_total',
      help: 'Changes of locks that went on, by step: idle_due, kept, connection_lost, resumed, offered, asked_for and so on.',
      label: 'step',
    }),
    pings: createTally(registry, {
      name: 'latchbox_idle_pings_total',
      help: 'Holders asked "are you still working?".',
    }),
    answers: createTally(registry, {
      name: 'latchbox_idle_answers_total',
      help: 'What came of asking: kept (answered or went on), no, none (the lock ended as idle).',
      label: 'answer',
      from: ['kept', 'no', 'none'],
    }),
    renewals: createTally(registry, {
      name: 'latchbox_lock_uncertain_total',
      help: 'Times that the lease of a held lock could not be renewed in time (begins) and could be again (ends).',
      label: 'change',
      from: ['begins', 'ends'],
    }),
  };
}

/**
 * Counts what happens to locks from the event log: whatever changes a lock appends an event in the same transaction, so the
 * figures miss nothing and need no hook anywhere in the heart.
 */
export function createLockMetrics(registry: Registry): LockMetrics {
  const { events, grants, ends, steps, pings, answers, renewals } = createCounters(registry);

  return {
    committed(event) {
      if (event === undefined) return;
      events.add(event.type);
      if (event.type === 'lock.granted') grants.add();
      if (event.type === 'lock.changed' && event.step !== undefined) {
        steps.add(event.step);
        if (event.step === 'idle_due') pings.add();
        if (event.step === 'kept') answers.add('kept');
      }
      if (event.type === 'lock.ended') {
        ends.add(event.reason);
        const answer = ANSWER_OF_END[event.reason];
        if (answer !== undefined) answers.add(answer);
      }
    },
    uncertain: (uncertain) => renewals.add(uncertain ? 'begins' : 'ends'),
  };
}
