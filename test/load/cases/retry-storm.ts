/** LD3: the same client id many times in parallel, over all servers. */
import { randomUUID } from 'node:crypto';
import { Latencies } from '../meter.ts';
import type { RacePost } from '../parts/racers.ts';
import { countRows } from './bare.ts';
import type { LoadCase, LoadFigure, Size } from './case.ts';
import { inTurns, startFields } from './fields.ts';
import type { Field } from './racing.ts';

const COPIES = 20;
const SERVERS = 3;
/** Ids on their way together. */
const AT_ONCE = 4;
const CONVERSATIONS = 8;
const BASELINE =
  'bare node:http, INSERT … ON CONFLICT DO NOTHING through raw better-sqlite3 (FULL): no rights, no lock, no conversation, no event';

interface Side {
  readonly field: Field;
  post(clientId: string, number: number, copy: number): RacePost;
  readonly latencies: Latencies;
  /** Ids whose copies all got the same answer. */
  same: number;
  ids: number;
  /** Seconds in which they were. */
  busy: number;
}

async function storm(side: Side, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const first = side.ids;
    const posts = Array.from({ length: AT_ONCE }, (_, id) => {
      const clientId = randomUUID();
      return Array.from({ length: COPIES }, (_copy, copy) => side.post(clientId, first + id, copy));
    });
    const answers = await side.field.posts(posts.flat());
    side.ids += AT_ONCE;
    for (let id = 0; id < AT_ONCE; id += 1) {
      const mine = answers.slice(id * COPIES, (id + 1) * COPIES);
      const stored = new Set(mine.map((one) => one.stored));
      if (stored.size === 1 && mine.every(({ status }) => status < 300)) side.same += 1;
    }
    side.busy += Math.max(...answers.map(({ took }) => took)) / 1_000;
    for (const { took } of answers) side.latencies.add(took);
  }
}

async function run(size: Size): Promise<LoadFigure[]> {
  const ids = size === 'full' ? 2_000 : 40;
  await using fields = await startFields({ agents: 4, servers: SERVERS, conversations: CONVERSATIONS });
  const { deployment, ourField, bareField } = fields;
  const conversations = deployment.seeded.inboxes[0]?.conversations ?? [];
  const [token = ''] = deployment.tokens;
  const side = (field: Field, post: Side['post']): Side => ({
    field,
    post,
    latencies: new Latencies(),
    same: 0,
    ids: 0,
    busy: 0,
  });
  const path = (number: number) => `/api/conversations/${conversations[number % CONVERSATIONS]}/replies`;
  const of =
    (urls: readonly string[]): Side['post'] =>
    (clientId, number, copy) => ({
      url: `${urls[copy % SERVERS]}${path(number)}`,
      token,
      body: { clientId, body: `It comes tomorrow, ${number}.` },
    });
  const ours = side(ourField, of(deployment.urls));
  const bare = side(bareField, of(fields.bare.urls));
  await inTurns(
    ids / AT_ONCE,
    (some) => storm(ours, some),
    (some) => storm(bare, some),
  );
  const figure = (
    name: string,
    unit: string,
    of: (one: Side) => number,
    target: LoadFigure['target'],
  ): LoadFigure => ({
    name,
    unit,
    ours: of(ours),
    bare: of(bare),
    target,
    baseline: BASELINE,
  });
  return [
    figure(`ids of ${ids} whose ${COPIES} copies got the same answer`, 'ids', ({ same }) => same, {
      atLeast: ids,
    }),
    {
      ...figure('rows that too many or too few are stored', 'rows', () => 0, { atMost: 0 }),
      ours: Math.abs(countRows(deployment.database, 'replies') - ids),
      bare: Math.abs(fields.bare.count('messages') - ids),
    },
    figure('copies answered a second', 'a second', ({ busy }) => (ids * COPIES) / busy, null),
    figure(
      `answered, of ${AT_ONCE * COPIES} at once, p99`,
      'ms',
      ({ latencies }) => latencies.percentile(0.99),
      null,
    ),
  ];
}

export const retryStorm: LoadCase = {
  id: 'LD3',
  what: `the same client id ${COPIES} times in parallel over ${SERVERS} servers`,
  run,
};
