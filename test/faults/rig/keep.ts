/** What a run that broke something leaves behind for whoever looks for the cause. */

import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rig } from './rig.ts';

const asLines = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join('\n');

/** Writes into `folder`: the log lines of the servers, what was done to them when, all operations, and the database. */
export async function keep(rig: Rig, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [number, { lines }] of rig.servers.entries())
    await writeFile(join(folder, `server-${number}.log`), lines.join('\n'));
  const { history } = rig.notebook;
  await writeFile(join(folder, 'nemeses.jsonl'), asLines(history.nemeses));
  await writeFile(join(folder, 'operations.jsonl'), asLines(history.ops));
  await writeFile(join(folder, 'relay.jsonl'), asLines(rig.provider.copies));
  const told = rig.notebook.deliveries.map(({ events, ...meta }) => ({
    ...meta,
    seqs: events.map(({ event, at }) => [event.seq, Math.round(at)]),
  }));
  await writeFile(join(folder, 'deliveries.jsonl'), asLines(told));
  for (const part of ['', '-wal'])
    await copyFile(`${rig.database}${part}`, join(folder, `latchbox.sqlite${part}`)).catch(() => undefined);
}
