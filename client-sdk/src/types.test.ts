/** What the types promise. Mostly checked by the compiler; at run time these tests do next to nothing. */
import { expect, expectTypeOf, test } from 'vitest';
import {
  type AnyLatchboxError,
  type ConnectionState,
  type ConversationLock,
  type ConversationSnapshot,
  createLatchbox,
  type Draft,
  type Fence,
  type HeldLock,
  LatchboxError,
  type LatchboxOptions,
  type LockAction,
  type LockState,
  type Pending,
  type Person,
  type Readable,
  type ReplyEntry,
  type Transport,
} from './index.ts';
import { createFakeServer, type FakeServer } from './testing/index.ts';

const transport: Transport = createFakeServer().transport;
const client = createLatchbox({ url: 'x:', auth: async () => 't', transport });
const conversation = client.conversation('c1');

test('errors narrow by code, to the union of the details', () => {
  const error: unknown = new LatchboxError('limit', { max: 3 });
  if (LatchboxError.is(error, 'lock_held', 'limit')) {
    expectTypeOf(error.code).toEqualTypeOf<'lock_held' | 'limit'>();
    if (error.code === 'limit') expectTypeOf(error.details).toEqualTypeOf<{ max: number }>();
    else expectTypeOf(error.details.holder).toEqualTypeOf<Person | null>();
  }
  expectTypeOf<AnyLatchboxError['code']>().toExtend<string>();
  // @ts-expect-error No such code.
  LatchboxError.is(error, 'no_such_code');
});

test('states narrow to the data they have', () => {
  const state = conversation.lock.getSnapshot();
  expectTypeOf(state).toEqualTypeOf<LockState>();
  switch (state.status) {
    case 'mine':
      expectTypeOf(state.lock).toEqualTypeOf<HeldLock>();
      expectTypeOf(state.lock.fence).toEqualTypeOf<Fence>();
      break;
    case 'theirs':
      expectTypeOf(state.holder).toEqualTypeOf<Person>();
      break;
    case 'lost':
      expectTypeOf(state.now).toEqualTypeOf<'free' | { readonly holder: Person }>();
      break;
    case 'unknown':
    case 'free':
    case 'requesting':
    case 'mine-elsewhere':
    case 'reserved':
    case 'offered':
      // @ts-expect-error Only a held lock has a handle.
      expect(state.lock).toBeUndefined();
      break;
    default:
      state satisfies never;
  }
  const connection = client.connection.getSnapshot();
  if (connection.name === 'reconnecting') expectTypeOf(connection.slow).toEqualTypeOf<boolean>();
  const snapshot = conversation.getSnapshot();
  if (snapshot.status === 'gone') expectTypeOf(snapshot.error).toEqualTypeOf<AnyLatchboxError>();
});

test('until narrows by its guard', () => {
  type Mine = Extract<LockState, { status: 'mine' }>;
  const isMine = (state: LockState): state is Mine => state.status === 'mine';
  expectTypeOf(() => conversation.lock.until(isMine)).returns.toEqualTypeOf<Promise<Mine>>();
  expectTypeOf(() => conversation.lock.until(({ stale }) => stale)).returns.toEqualTypeOf<
    Promise<LockState>
  >();
  // An arrow that compares one field is a guard by itself.
  expectTypeOf(() => conversation.lock.until((state) => state.status === 'mine')).returns.toEqualTypeOf<
    Promise<Mine>
  >();
});

test('everything observable is a Readable, and fits useSyncExternalStore', () => {
  type Subscribe = (onChange: () => void) => () => void;
  expectTypeOf(client.connection).toExtend<Readable<ConnectionState>>();
  expectTypeOf(conversation).toExtend<Readable<ConversationSnapshot>>();
  expectTypeOf(conversation.draft('reply')).toEqualTypeOf<Draft>();
  expectTypeOf(client.inbox('i').presence.subscribe).toExtend<Subscribe>();
  expectTypeOf(client.list().getSnapshot).toBeFunction();
});

test('snapshots cannot be written to', () => {
  const { entries } = conversation.getSnapshot();
  // @ts-expect-error Readonly.
  expect(() => entries.push(undefined)).toThrow();
});

test('what composerAffordances offers are methods of a lock', () => {
  expectTypeOf<LockAction>().toExtend<keyof ConversationLock>();
  expectTypeOf((action: LockAction) => conversation.lock[action]()).toBeFunction();
});

test('a fence cannot be made up, an option cannot be misspelt', () => {
  // @ts-expect-error A number is no fence.
  const made: Fence = 5;
  expect(made).toBe(5);
  expectTypeOf<LatchboxOptions['url']>().toEqualTypeOf<string | readonly string[]>();
  // @ts-expect-error Not an option.
  createLatchbox({ url: 'x:', auth: async () => 't', transport, reconnect: false });
  // @ts-expect-error Neither a reply nor a note.
  conversation.draft('comment');
});

test('a reply answers with the stored reply', () => {
  expectTypeOf((body: string) => conversation.reply({ body })).returns.toEqualTypeOf<Pending<ReplyEntry>>();
});

test('handlers get the data of their event', () => {
  client.on('lock.lost', (data) => expectTypeOf(data.reason).toBeString());
  client.on('idle.asked', (data) => expectTypeOf(data.deadline).toBeNumber());
  // @ts-expect-error No such event.
  client.on('lock.stolen', () => {});
  type Names =
    ReturnType<typeof client.events<'entry.added' | 'error'>> extends AsyncIterator<infer E> ? E : never;
  expectTypeOf<Names['name']>().toEqualTypeOf<'entry.added' | 'error'>();
});

test('a client and its handles are disposable', () => {
  expectTypeOf(client).toExtend<AsyncDisposable>();
  expectTypeOf(() => conversation.open()).returns.toExtend<Disposable>();
  expectTypeOf<HeldLock>().toExtend<AsyncDisposable>();
  expectTypeOf<FakeServer['runtime']>().toExtend<NonNullable<LatchboxOptions['runtime']>>();
});
