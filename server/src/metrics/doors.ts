import { LatchboxError } from '@latchbox/shared';
import { Counter, type Registry } from 'prom-client';

export interface DoorMetrics {
  /** A command or request was refused, or failed (`internal`). `call` is a name of the contract, never what a client sent. */
  refused(via: 'socket' | 'rest', call: string, code: string): void;
  /** Runs a send through the send door and counts what came of it. */
  send<T extends { readonly entry: { readonly lateSend: boolean } }>(work: Promise<T>): Promise<T>;
}

/** Refusals at the doors: of commands, of requests, and of replies at the send door. */
export function createDoorMetrics(registry: Registry): DoorMetrics {
  const registers = [registry];
  const refusals = new Counter({
    name: 'latchbox_refusals_total',
    help: 'Commands and requests that were answered with an error, by door (socket, rest), call and code.',
    labelNames: ['via', 'call', 'code'],
    registers,
  });
  const sends = new Counter({
    name: 'latchbox_sends_total',
    help: 'Replies at the send door: stored, late (stored after the lock had ended, overtaken by nobody), or the code of the refusal.',
    labelNames: ['result'],
    registers,
  });
  const fenced = new Counter({
    name: 'latchbox_fence_refusals_total',
    help: 'Replies refused because their fence was no longer the right one, by why: a reason of lock ends, overtaken, lock_required.',
    labelNames: ['reason'],
    registers,
  });
  const stopped = new Counter({
    name: 'latchbox_stopped_sends_total',
    help: 'Replies that were stopped because the thread had moved on since their author looked.',
    registers,
  });
  for (const result of ['stored', 'late']) sends.inc({ result }, 0);

  const count = (error: unknown): void => {
    sends.inc({ result: LatchboxError.is(error) ? error.code : 'internal' });
    if (LatchboxError.is(error, 'lock_lost')) fenced.inc({ reason: error.details.reason });
    if (LatchboxError.is(error, 'lock_required')) fenced.inc({ reason: 'lock_required' });
    if (LatchboxError.is(error, 'thread_moved_on')) stopped.inc();
  };

  return {
    refused: (via, call, code) => refusals.inc({ via, call, code }),
    async send(work) {
      try {
        const stored = await work;
        sends.inc({ result: stored.entry.lateSend ? 'late' : 'stored' });
        return stored;
      } catch (error) {
        count(error);
        throw error;
      }
    },
  };
}
