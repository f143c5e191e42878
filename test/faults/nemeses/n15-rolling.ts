import { between, hold, type Nemesis } from './nemesis.ts';

/** SIGTERM to one server after the other, each of which drains, ends and comes back before the next is told. */
export const rolling: Nemesis = {
  name: 'N15',
  what: 'a rolling restart of all servers',
  lane: 'machines',
  weight: 1,
  async run(rig, random, signal) {
    const ends: string[] = [];
    for (const number of rig.servers.keys()) {
      if (signal.aborted) break;
      rig.expectExit(number);
      const { code, signal: killed } = await rig.server(number).sigterm();
      if (code !== 0)
        rig.notebook.wrong.push({
          invariant: 'I31',
          story: `server ${number} drained and ended with ${killed ?? code}`,
        });
      ends.push(String(number));
      await rig.restart(number);
      await hold(between(random, 200, 1_000), signal);
    }
    return `servers ${ends.join(', ')}`;
  },
};
