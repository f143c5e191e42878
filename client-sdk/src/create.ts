import type { Inbox, LatchboxClient, LatchboxOptions } from './client.ts';
import { ServerClock } from './connection/clock.ts';
import { type Core, DEFAULT_TIMINGS, newId, timersOf } from './core.ts';
import { Keeper } from './keeper.ts';
import { Scope } from './lib/scope.ts';
import { completeRuntime } from './runtime.ts';

/** Makes a client. Pure: nothing connects, listens or waits before `connect()`. */
export function createLatchbox(options: LatchboxOptions): LatchboxClient {
  const runtime = completeRuntime(options.runtime);
  const log: Core['log'] = (entry) => options.log?.(entry);
  const scope = new Scope((message, data) => log({ level: 'error', message, data }));
  const keeper = new Keeper(
    {
      runtime,
      log,
      scope,
      later: timersOf(runtime, scope),
      timings: { ...DEFAULT_TIMINGS, ...options.timings },
      clock: new ServerClock(runtime.now),
      newId: () => newId(runtime.random),
    },
    options,
  );
  const { directory, events } = keeper;
  const inboxes = new Map<string, Inbox>();
  const close: LatchboxClient['close'] = ({ signOut = false } = {}) => keeper.close(signOut);
  return Object.freeze<LatchboxClient>({
    connection: keeper.connection,
    sync: keeper.sync,
    clock: { now: keeper.core.clock.now },
    me: directory.me,
    inboxes: directory.inboxes,
    connect: (o = {}) => keeper.connect(o),
    close,
    list: (query = {}) => keeper.list(query),
    inbox(id) {
      const inbox = inboxes.get(id) ?? inboxOf(keeper, id);
      inboxes.set(id, inbox);
      return inbox;
    },
    conversation: (id) => keeper.conversation(id),
    on: (event, fn, o) => events.on(event, fn, o),
    events: (names, o) => events.events(names, o),
    [Symbol.asyncDispose]: () => close(),
  });
}

function inboxOf(keeper: Keeper, id: string): Inbox {
  const store = keeper.directory.inbox(id);
  return {
    id,
    presence: keeper.there.inbox(id),
    list: (query = {}) => keeper.list({ ...query, inboxIds: [id] }),
    getSnapshot: store.getSnapshot,
    subscribe: store.subscribe,
    until: store.until.bind(store) as Inbox['until'],
    values: (o) => store.values(o),
  };
}
