/** LD2: everybody presses send at the same instant, all but the holder with fences that are none. */
import { randomUUID } from 'node:crypto';
import { Latencies } from '../meter.ts';
import type { RaceAct } from '../parts/racers.ts';
import { BARE, countRows } from './bare.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';
import { inTurns, startFields } from './fields.ts';
import type { Field } from './racing.ts';

const AGENTS = 50;
const SERVERS = 3;
const REFUSALS = ['lock_lost', 'lock_required', 'lock_held'];

interface Side {
  readonly field: Field;
  readonly latencies: Latencies;
  /** Fences that others may try: of the past, of the future, and where sessions are known the holder's own. */
  readonly forged: (fence: number, who: number) => number;
  acquire(who: number): RaceAct;
  send(who: number, fence: number): RaceAct;
  /** After the round; in Latchbox sending has ended the lock. */
  end(who: number): Promise<void>;
  rounds: number;
  right: number;
}

async function race(side: Side, rounds: number): Promise<void> {
  const all = Array.from({ length: AGENTS }, (_, who) => who);
  for (let round = 0; round < rounds; round += 1) {
    const holder = side.rounds % AGENTS;
    const granted = await side.field.one(side.acquire(holder));
    const fence = granted.result?.fence ?? 0;
    const answers = await side.field.together(
      all.map((who) => side.send(who, who === holder ? fence : side.forged(fence, who))),
    );
    side.rounds += 1;
    const right = answers.every(({ ok, code }, who) =>
      who === holder ? ok : !ok && REFUSALS.includes(code ?? ''),
    );
    if (granted.ok && right) side.right += 1;
    for (const { took } of answers) side.latencies.add(took);
    await side.end(holder);
  }
}

async function run(size: Size): Promise<LoadFigure[]> {
  const rounds = size === 'full' ? 1_000 : 20;
  await using fields = await startFields({ agents: AGENTS, servers: SERVERS, conversations: 1 });
  const { ourField, bareField, deployment } = fields;
  const conversationId = deployment.seeded.inboxes[0]?.conversations[0] ?? '';
  let sent = 0;
  const ours: Side = {
    field: ourField,
    latencies: new Latencies(),
    forged: (fence, who) => [Math.max(1, fence - 1 - who), fence + 1 + who, fence][who % 3] ?? fence,
    acquire: (who) => ({ who, name: 'lock.acquire', input: { conversationId, requestId: randomUUID() } }),
    send: (who, fence) => ({
      who,
      name: 'reply.send',
      // The customer's message, and a reply of each round before.
      input: {
        conversationId,
        clientId: randomUUID(),
        fence,
        lastSeen: 1 + sent,
        body: 'It comes tomorrow.',
        then: 'stay',
      },
    }),
    end: async () => void (sent += 1),
    rounds: 0,
    right: 0,
  };
  const bare: Side = {
    field: bareField,
    latencies: new Latencies(),
    // It knows no sessions: whoever names the holder's fence is the holder.
    forged: (fence, who) => (who % 2 === 0 ? Math.max(0, fence - 1) : fence + 1 + who),
    acquire: (who) => ({ who, name: 'acquire', input: { conversationId, agent: String(who) } }),
    send: (who, fence) => ({
      who,
      name: 'send',
      input: { conversationId, clientId: randomUUID(), fence, body: 'It comes tomorrow.' },
    }),
    end: async (who) => void (await bareField.one({ who, name: 'release', input: { conversationId } })),
    rounds: 0,
    right: 0,
  };
  await inTurns(
    rounds,
    (some) => race(ours, some),
    (some) => race(bare, some),
  );
  const stored = countRows(deployment.database, 'replies');
  const time = (part: number): LoadFigure => ({
    name: `answered, p${part * 100}`,
    ours: ours.latencies.percentile(part),
    bare: bare.latencies.percentile(part),
    unit: 'ms',
    target: null,
    baseline: BARE,
  });
  return [
    {
      name: `rounds of ${rounds} in which the holder’s send alone was stored and ${AGENTS - 1} were refused`,
      ours: ours.right,
      bare: bare.right,
      unit: 'rounds',
      target: { atLeast: rounds },
      baseline: BARE,
    },
    {
      name: 'rows that too many or too few are stored',
      ours: Math.abs(stored - rounds),
      bare: Math.abs(fields.bare.count('messages') - rounds),
      unit: 'rows',
      target: { atMost: 0 },
      baseline: BARE,
    },
    time(0.5),
    time(0.99),
  ];
}

export const sendRace: LoadCase = {
  id: 'LD2',
  what: `${AGENTS} agents press send at the same instant with stale, forged and stolen fences, over ${SERVERS} servers`,
  run,
};
