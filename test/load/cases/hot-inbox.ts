/** LD7: one inbox, 200 writes a second: its counter is one row that everybody needs. */
import { Latencies } from '../meter.ts';
import { BARE } from './bare.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';
import { type Fields, startFields } from './fields.ts';

const RATE = 200;
const AGENTS = 30;
const CONVERSATIONS = 10;

interface Side {
  readonly latencies: Latencies;
  written: number;
  refused: number;
}

async function write(
  field: Fields['ourField'],
  seconds: number,
  side: Side,
  what: (who: number) => { name: string; input: object },
): Promise<void> {
  const writes = Array.from({ length: AGENTS }, (_, who) => ({ who, ...what(who) }));
  for (const { spread, written, refused } of await field.pace({ rate: RATE, seconds, writes })) {
    side.latencies.merge(spread);
    side.written += written;
    side.refused += refused.length;
  }
}

/** Some seconds of one side, some of the other. */
const TURNS = 3;

async function measure(servers: number, seconds: number): Promise<LoadFigure[]> {
  await using fields = await startFields({ agents: AGENTS, servers, conversations: CONVERSATIONS });
  const conversations = fields.deployment.seeded.inboxes[0]?.conversations ?? [];
  const ours: Side = { latencies: new Latencies(), written: 0, refused: 0 };
  const bare: Side = { latencies: new Latencies(), written: 0, refused: 0 };
  // The first second warms up.
  const warm: Side = { latencies: new Latencies(), written: 0, refused: 0 };
  const note = (who: number) => ({
    name: 'note.add',
    input: { conversationId: conversations[who % CONVERSATIONS] },
  });
  const raw = () => ({ name: 'write', input: { room: 'hot' } });
  await write(fields.ourField, 1, warm, note);
  await write(fields.bareField, 1, warm, raw);
  for (let turn = 0; turn < TURNS; turn += 1) {
    await write(fields.ourField, seconds / TURNS, ours, note);
    await write(fields.bareField, seconds / TURNS, bare, raw);
  }
  const on = servers === 1 ? 'one server' : `${servers} servers on one file`;
  const time = (part: number, target: LoadFigure['target']): LoadFigure => ({
    name: `${on}: from when a write is due until it is acknowledged, p${part * 100}`,
    ours: ours.latencies.percentile(part),
    bare: bare.latencies.percentile(part),
    unit: 'ms',
    target,
    baseline: BARE,
  });
  return [
    {
      name: `${on}: writes that were refused, of ${ours.written + ours.refused}`,
      ours: ours.refused,
      bare: bare.refused,
      unit: 'writes',
      target: { atMost: 0 },
      baseline: BARE,
    },
    time(0.5, null),
    time(0.99, { atMost: 100 }),
  ];
}

export const hotInbox: LoadCase = {
  id: 'LD7',
  what: `one inbox with ${RATE} writes a second (notes), on SQLite with a FULL commit each`,
  async run(size: Size) {
    const seconds = size === 'full' ? 30 : 3;
    return [...(await measure(1, seconds)), ...(await measure(3, seconds))];
  },
};
