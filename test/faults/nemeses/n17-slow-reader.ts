import { addNote } from '@latchbox/shared/http/replies';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rawReader } from '../../tools/raw-reader.ts';
import { NOISE, READER, type Rig } from '../rig/rig.ts';
import { between, hold, type Nemesis } from './nemesis.ts';

/** How much is written past a reader that reads nothing: more than the kernel keeps for it. */
const NOTES = 160;
const BYTES = 60_000;
/** What one such reader may cost a server while it is there: the kernel's buffers are not the server's, bytes. */
const MOST_GROWTH = 120 * 2 ** 20;
/** From when on nothing more fits until the server must have let go of it, ms. */
const CLOSED_WITHIN = 15_000;

function residentBytes(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1_024;
}

async function makeNoise(rig: Rig, number: number, signal: AbortSignal): Promise<number> {
  const [conversation = ''] = rig.seeded.inboxes[NOISE]?.conversations ?? [];
  const rest = rig.rest(READER, number);
  let written = 0;
  for (let note = 0; note < NOTES && !signal.aborted; note += 1) {
    const body = `${note} `.padEnd(BYTES, 'slow ');
    await rest
      .call(addNote, { params: { conversation }, body: { clientId: randomUUID(), body } })
      .then(() => void (written += 1))
      .catch(() => undefined);
  }
  return written;
}

/** A raw socket subscribes to a busy inbox and reads a kilobyte a second, or nothing: it is dropped, and costs nobody else anything. */
export const slowReader: Nemesis = {
  name: 'N17',
  what: 'a raw socket that reads one kilobyte a second, or nothing at all',
  lane: 'machines',
  weight: 1.5,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    const server = rig.server(number);
    const rate = random.pick([0, 1_024]);
    const before = residentBytes(server.pid);
    const stream = `inbox:${rig.seeded.inboxes[NOISE]?.inboxId ?? ''}`;
    const reader = await rawReader(server.port, rig.tokens.get(READER) ?? '', stream);
    try {
      reader.slow(rate);
      const written = await makeNoise(rig, number, signal);
      const growth = residentBytes(server.pid) - before;
      const end = performance.now() + CLOSED_WITHIN;
      while (!(await reader.isClosed()) && performance.now() < end && !signal.aborted)
        await hold(between(random, 200, 400), signal);
      const isEnough = written >= NOTES * 0.9 && !signal.aborted;
      if (isEnough && !(await reader.isClosed()))
        rig.notebook.wrong.push({
          invariant: 'I29',
          story: `server ${number} keeps a reader that has read nothing of ${written} notes`,
        });
      if (growth > MOST_GROWTH)
        rig.notebook.wrong.push({
          invariant: 'I29',
          story: `server ${number} grew by ${Math.round(growth / 2 ** 20)} MiB for one slow reader`,
        });
      return `server ${number}, ${rate} bytes a second, ${written} notes, +${Math.round(growth / 2 ** 20)} MiB`;
    } finally {
      reader.destroy();
    }
  },
};
