/** What the types of the hooks promise: checked by the compiler, never run. */
import { expectTypeOf, test } from 'vitest';
import type {
  ConnectionState,
  Conversation,
  ConversationSnapshot,
  InboxCounts,
  LatchboxClient,
  ListRow,
  LockState,
  Typist,
} from '../index.ts';
import {
  type IdlePing,
  LatchboxProvider,
  useConnection,
  useConversation,
  useConversations,
  useCounts,
  useIdlePing,
  useLatchbox,
  useLock,
  useReadable,
  useTyping,
} from './index.ts';

declare const client: LatchboxClient;

test('hooks answer with what they read, and a pick with what it picks', () => {
  function Component() {
    expectTypeOf(useLatchbox()).toEqualTypeOf<LatchboxClient>();
    const conversation = useConversation('c1', { lock: 'none' });
    expectTypeOf(conversation).toEqualTypeOf<Conversation>();
    expectTypeOf(useReadable(conversation)).toEqualTypeOf<ConversationSnapshot>();
    expectTypeOf(useReadable(conversation, ({ unread }) => unread)).toEqualTypeOf<boolean>();
    const names = useReadable(
      conversation.viewers,
      (viewers) => viewers.map(({ person }) => person.name),
      (a, b) => a.join() === b.join(),
    );
    expectTypeOf(names).toEqualTypeOf<string[]>();
    expectTypeOf(useLock(conversation)).toEqualTypeOf<LockState>();
    expectTypeOf(useIdlePing(conversation)).toEqualTypeOf<IdlePing | null>();
    expectTypeOf(useTyping(conversation, 'note').typists).toEqualTypeOf<readonly Typist[]>();
    expectTypeOf(useConnection()).toEqualTypeOf<ConnectionState>();
    expectTypeOf(useConversations(null, { assignee: 'me' }).rows).toEqualTypeOf<readonly ListRow[]>();
    expectTypeOf(useCounts()).toEqualTypeOf<readonly InboxCounts[]>();
    // @ts-expect-error The inbox stands in front.
    useConversations('support', { inboxIds: ['sales'] });
    // @ts-expect-error Neither a reply nor a note.
    useTyping(conversation, 'comment');
    // @ts-expect-error A wish that there is not.
    useConversation('c1', { lock: 'always' });
    // @ts-expect-error It never makes a client.
    const wrong = <LatchboxProvider url="https://inbox.example.com" />;
    return (
      <LatchboxProvider client={client}>
        <p>
          {names}
          {wrong}
        </p>
      </LatchboxProvider>
    );
  }
  expectTypeOf(Component).returns.toExtend<object>();
});
