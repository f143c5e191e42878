import { expect, it } from 'vitest';
import { createLanes } from './lanes.ts';

it('gives each connection to one job at a time, in the order the jobs came', async () => {
  const lanes = createLanes(['left', 'right']);
  const begun: string[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const jobs = gates.map((gate, index) =>
    lanes.run(async (connection) => {
      begun.push(`${index} ${connection}`);
      await gate.promise;
    }),
  );
  await Promise.resolve();
  expect(begun).toEqual(['0 left', '1 right']);
  gates[1]?.resolve();
  await jobs[1];
  expect(begun).toEqual(['0 left', '1 right', '2 right']);
  for (const gate of gates) gate.resolve();
  await Promise.all(jobs);
  expect(begun.map((line) => line.slice(0, 1))).toEqual(['0', '1', '2', '3', '4']);
});

it('frees the connection of a job that fails', async () => {
  const lanes = createLanes(['only']);
  await expect(lanes.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await lanes.run(Promise.resolve.bind(Promise))).toBe('only');
});

it('closes when nothing runs or waits any more', async () => {
  const lanes = createLanes(['only']);
  const gate = Promise.withResolvers<void>();
  const first = lanes.run(() => gate.promise);
  const second = lanes.run(() => Promise.resolve('second'));
  let closed = false;
  const closing = lanes.close().then(() => (closed = true));
  await expect(lanes.run(() => Promise.resolve())).rejects.toThrow('closed');
  expect(closed).toBe(false);
  gate.resolve();
  await first;
  expect(await second).toBe('second');
  await closing;
});
