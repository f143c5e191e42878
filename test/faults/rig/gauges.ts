/** What the servers say of their own sockets, read now and then: nothing grows without a bound, and nothing stays. */

import { monotonic } from '../../tools/history.ts';
import type { ResourceSample } from '../../tools/history-record.ts';
import type { Rig } from './rig.ts';

const EVERY = 1_000;

async function read(url: string): Promise<(name: string) => number | undefined> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(800) });
  const text = await answer.text();
  return (name) => {
    const value = new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  };
}

/** One reading of every server that answers. */
async function sample(rig: Rig, phase: ResourceSample['phase']): Promise<void> {
  const { resources } = rig.notebook;
  await Promise.all(
    rig.servers.map(async ({ url }, number) => {
      // It may be dead, frozen or busy at this moment.
      const gauge = await read(url).catch(() => undefined);
      if (gauge === undefined) return;
      const sockets = gauge('latchbox_sockets');
      const queueBytes = gauge('latchbox_socket_buffered_bytes_most');
      resources.push({
        node: String(number),
        at: monotonic(),
        phase,
        ...(sockets === undefined ? {} : { sockets }),
        ...(queueBytes === undefined ? {} : { queueBytes }),
      });
    }),
  );
}

export interface Gauges {
  /** Ends the readings; the last one is made when every client has gone. */
  finish(): Promise<void>;
}

/** Reads from now on. Before the run there was no client. */
export function startGauges(rig: Rig): Gauges {
  for (const number of rig.servers.keys())
    rig.notebook.resources.push({ node: String(number), at: monotonic(), phase: 'before', sockets: 0 });
  const timer = setInterval(() => void sample(rig, 'during'), EVERY);
  return {
    async finish() {
      clearInterval(timer);
      await sample(rig, 'after');
    },
  };
}
