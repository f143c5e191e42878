import { compareRows, rowMatches } from '@latchbox/shared/list-query';
import type { LockState } from '../conversation/lock-state.ts';
import type { FakeConversation } from '../testing/fake/world.ts';
import { type Peer, QUERIES, type Run } from './run.ts';

/** What must be so after everything has come to rest. Answers what is not. */
export function violations({ server, peers }: Run): string[] {
  return peers
    .flatMap((peer) => [
      ...peer.faults,
      ...settled(peer),
      ...rows(server, peer),
      ...threads(server, peer),
      ...drafts(server, peer),
    ])
    .concat(locks(server, peers));
}

/** The part of it that is so whenever everything has arrived, of the clients that are connected by then. */
export function lockViolations({ server, peers }: Run): string[] {
  return locks(server, peers);
}

type Server = Run['server'];

const agentOf = (peer: Peer): string => peer.name.split('.')[0] ?? '';

const differs = (what: string, actual: unknown, expected: unknown): string[] => {
  const [a, b] = [JSON.stringify(actual) ?? '', JSON.stringify(expected) ?? ''];
  if (a === b) return [];
  let same = 0;
  while (a[same] === b[same]) same += 1;
  const near = (text: string): string => text.slice(Math.max(0, same - 60), same + 120);
  return [`${what}: is …${near(a)}…, must be …${near(b)}…`];
};

/** Nobody waits for ever. */
function settled({ name, client, waiting }: Peer): string[] {
  return [
    ...differs(`${name} is connected`, client.connection.getSnapshot().name, 'connected'),
    ...differs(`${name} waits for`, waiting, 0),
    ...differs(`${name} has unsent`, client.sync.getSnapshot().unsent, 0),
  ];
}

/** Lists are what the server would answer now. */
function rows(server: Server, { name, client }: Peer): string[] {
  const me = name.split('.')[0] ?? '';
  const visible = [...(server.world.agents.get(me)?.inboxes.keys() ?? [])];
  const all = [...server.world.conversations.values()]
    .map((conversation) => server.world.row(conversation))
    .filter((row) => visible.includes(row.inboxId));
  return QUERIES.flatMap((query) => {
    const { status, rows: shown } = client.list(query).getSnapshot();
    if (status === 'idle') return [];
    const expected = all
      .map((row) => server.world.seen(row, me))
      .filter((row) => rowMatches(query, row, me))
      .sort(compareRows);
    return differs(
      `${name}'s list ${JSON.stringify(query)} (${status})`,
      shown.map(sorted),
      expected.map(sorted),
    );
  });
}

/** Opened threads are what the server has, and nobody types in them any more. */
function threads(server: Server, { name, client, leases }: Peer): string[] {
  return ['c1', 'c2', 'd1'].flatMap((id) => {
    const conversation = client.conversation(id);
    const { status, entries } = conversation.getSnapshot();
    const stored = server.world.conversations.get(id);
    const visible = server.world.summary(name.split('.')[0] ?? '', stored?.inboxId ?? '') !== undefined;
    const wrong = differs(`${name}'s typists in ${id}`, conversation.typists.getSnapshot(), []);
    if (!visible) return leases.has(id) ? [...wrong, ...differs(`${name}'s ${id}`, status, 'gone')] : wrong;
    if (leases.has(id)) wrong.push(...differs(`${name}'s ${id}`, status, 'ready'));
    if (status !== 'ready') return wrong;
    const last = stored?.entries.slice(-entries.length) ?? [];
    return [...wrong, ...differs(`${name}'s thread ${id}`, entries, last)];
  });
}

function drafts(server: Server, peer: Peer): string[] {
  return ['c1', 'c2', 'd1'].flatMap((id) =>
    (['reply', 'note'] as const).flatMap((kind) => {
      const conversation = peer.client.conversation(id);
      const draft = conversation.draft(kind).getSnapshot();
      if (conversation.getSnapshot().status !== 'ready' || !peer.leases.has(id)) return [];
      if (draft.status === 'conflict' || draft.status === 'refused') return [];
      const wrong = differs(`${peer.name}'s ${kind} draft in ${id}`, draft.status, 'saved');
      // In one tab alone: another tab of the same agent may have changed it without telling its text.
      if (agentOf(peer) !== 'ana') return wrong;
      const stored = server.world.conversations.get(id)?.drafts.get(`ana ${kind}`)?.body ?? '';
      return [...wrong, ...differs(`${peer.name}'s ${kind} draft in ${id}`, draft.body, stored)];
    }),
  );
}

/**
 * A client that is still away: it waits out its pause before the next attempt (up to eight seconds, longer than the grace of these
 * runs), shows the last word and says of it that it is one. Who has the lock by now it cannot know, and what it sends has the old fence.
 * Away without saying so is a fault.
 */
function isAway({ client }: Peer, state: LockState): boolean {
  const isSure = state.status === 'mine' && !state.uncertain;
  return state.stale && !isSure && client.connection.getSnapshot().name !== 'connected';
}

/** At most one session shows a lock as its own, and that is the one the server says; a reply has the fence of its time. */
function locks(server: Server, peers: readonly Peer[]): string[] {
  return [...server.world.conversations.values()].flatMap((conversation) => {
    const { id, lock, entries } = conversation;
    const here = peers.flatMap((peer) => {
      const state = peer.client.conversation(id).lock.getSnapshot();
      return isAway(peer, state) ? [] : [{ name: peer.name, state }];
    });
    const mine = here.flatMap(({ name, state }) =>
      state.status === 'mine' ? [`${name} ${state.lock.fence}`] : [],
    );
    const wrong = here.flatMap(({ name, state }) => {
      const visible = server.world.summary(name.split('.')[0] ?? '', conversation.inboxId) !== undefined;
      if (!visible || state.status === 'unknown' || state.status === 'lost') return [];
      const holder = lock?.agentId ?? null;
      const shown =
        state.status === 'theirs'
          ? state.holder.id
          : state.status === 'mine' || state.status === 'mine-elsewhere'
            ? name.split('.')[0]
            : null;
      // An offer to somebody is all that an `offered` of a hand-over says; its holder is another one.
      const isHandOver = state.status === 'offered' && state.from !== null;
      return [
        ...differs(`${name} sees the holder of ${id}`, isHandOver ? holder : shown, holder),
        ...line(name, conversation, state),
      ];
    });
    const fences = entries.flatMap((entry) => (entry.kind === 'reply' ? [entry.fence] : []));
    const growing = fences.every((fence, index) => fence >= (fences[index - 1] ?? 0));
    return [
      ...wrong,
      ...(mine.length > 1 ? [`${id} is held twice: ${mine.join(', ')}`] : []),
      ...(mine.length === 1 && lock === null
        ? [`${id} is shown as mine by ${mine.join()}, and is free`]
        : []),
      ...(growing ? [] : [`fences of ${id} do not grow: ${fences.join()}`]),
    ];
  });
}

/** Who waits, asks and is offered it is what the server says; and nobody waits here whom nothing but this knows of. */
function line(name: string, conversation: FakeConversation, state: LockState): string[] {
  const { lock, reserved, waiting } = conversation;
  const me = name.split('.')[0] ?? '';
  const wrong = differs(
    `${name} sees in line for ${conversation.id}`,
    state.queue.map(({ id }) => id),
    waiting,
  );
  if (state.status === 'mine')
    wrong.push(
      ...differs(
        `${name} sees who asks for ${conversation.id}`,
        state.asks.map(({ id }) => id),
        lock?.asks.map(({ id }) => id),
      ),
      ...differs(`${name} sees to whom ${conversation.id} goes`, state.handOver?.to.id, lock?.handOver?.to),
    );
  const isMine = reserved?.for.id === me || lock?.handOver?.to === me;
  return [...wrong, ...differs(`${name} is offered ${conversation.id}`, state.status === 'offered', isMine)];
}

/** With its keys in order, so that two ways to build the same thing compare equal. */
function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
