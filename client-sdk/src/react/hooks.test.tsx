// @vitest-environment happy-dom
import { StrictMode, Suspense, use, useEffect } from 'react';
import { describe, expect, test } from 'vitest';
import type { Conversation } from '../index.ts';
import {
  useConnection,
  useConversation,
  useConversations,
  useCounts,
  useIdlePing,
  useLock,
  useReadable,
  useTyping,
} from './index.ts';
import { openPage } from './test-page.tsx';

/** Three idle minutes, after which the holder is asked. */
const IDLE = 180_000;
const LINGER = 250;

function Thread({ id = 'c1', lock }: { id?: string; lock?: 'if-free' | 'none' }) {
  const conversation = useConversation(id, lock === undefined ? {} : { lock });
  const { entries, status } = useReadable(conversation);
  return (
    <p>
      {status}: {entries.map((entry) => ('body' in entry ? entry.body : '')).join(' / ')}{' '}
      <Lock conversation={conversation} />
    </p>
  );
}

function Lock({ conversation }: { conversation: Conversation }) {
  const lock = useLock(conversation);
  return <b>{lock.status === 'theirs' ? `theirs: ${lock.holder.name}` : lock.status}</b>;
}

const fenceOf = (conversation: Conversation) => {
  const state = conversation.lock.getSnapshot();
  return state.status === 'mine' ? state.lock.fence : undefined;
};

describe('useConversation', () => {
  test('opens once under StrictMode, and shows what arrives', async () => {
    await using page = await openPage(<Thread />);
    expect(page.text()).toBe('ready: It should be here by now. mine');
    expect(page.said().filter((name) => name === 'conversation.open')).toHaveLength(1);
    expect(page.said()).not.toContain('conversation.leave');
    await page.act(() => page.server.customerWrites('c1', 'Hello?'));
    expect(page.text()).toContain('by now. / Hello?');
  });

  test('leaves when it has lingered, and gives the lock back', async () => {
    await using page = await openPage(<Thread />);
    const { lock } = page.client.conversation('c1');
    await page.show(null);
    await page.advance(LINGER - 1);
    expect([lock.getSnapshot().status, page.said()]).toEqual([
      'mine',
      expect.not.arrayContaining(['conversation.leave']),
    ]);
    await page.advance(1);
    expect([lock.getSnapshot().status, page.said().at(-1)]).toEqual(['free', 'conversation.leave']);
  });

  test('gives nothing back when it is mounted again while it lingers', async () => {
    await using page = await openPage(<Thread />);
    const fence = fenceOf(page.client.conversation('c1'));
    for (const children of [null, <Thread key="again" />, <Thread key="another" />]) {
      await page.show(children);
      await page.advance(LINGER - 1);
    }
    await page.advance(10 * LINGER);
    expect(fence).toBeDefined();
    expect(fenceOf(page.client.conversation('c1'))).toBe(fence);
    expect(page.said()).not.toContain('conversation.leave');
  });

  test('leaves the one and opens the other when its id changes', async () => {
    await using page = await openPage(<Thread />);
    await page.show(<Thread id="d1" />);
    await page.advance(LINGER);
    expect(page.text()).toBe('ready: For forty chairs. free');
    expect(page.client.conversation('c1').lock.getSnapshot().status).toBe('free');
  });

  test('takes no lock with lock: none, and shows who has it', async () => {
    await using page = await openPage(<Thread lock="none" />);
    expect(page.text()).toMatch(/free$/);
    await page.act(() => page.server.colleague('ben').takes('c1'));
    expect(page.text()).toMatch(/theirs: Ben$/);
  });

  test('never suspends; a child may', async () => {
    function Child({ conversation }: { conversation: Conversation }) {
      use(conversation.ready);
      return <i>{conversation.getSnapshot().entries.length} entries</i>;
    }
    function Page() {
      const conversation = useConversation('c1');
      return (
        <Suspense fallback={<i>a moment</i>}>
          <Child conversation={conversation} />
        </Suspense>
      );
    }
    await using page = await openPage(null);
    page.server.down();
    await page.show(<Page />);
    expect(page.text()).toBe('a moment');
    page.server.up();
    await page.advance(10_000);
    expect(page.text()).toBe('1 entries');
  });
});

describe('useIdlePing', () => {
  const renders = { ping: 0, page: 0 };
  function Ping({ conversation }: { conversation: Conversation }) {
    const ping = useIdlePing(conversation);
    renders.ping += 1;
    if (ping === null) return <b>quiet</b>;
    return (
      <b>
        {ping.secondsLeft} s <button id="yes" type="button" onClick={ping.stay} />
        <button id="no" type="button" onClick={() => void ping.release()} />
      </b>
    );
  }
  function Page() {
    const conversation = useConversation('c1');
    renders.page += 1;
    return <Ping conversation={conversation} />;
  }

  test('counts down by the server’s clock and renders alone, once a second', async () => {
    await using page = await openPage(<Page />);
    expect(page.text()).toBe('quiet');
    await page.advance(IDLE);
    expect(page.text()).toBe('60 s ');
    const before = { ...renders };
    await page.advance(999);
    expect(page.text()).toBe('60 s ');
    await page.advance(1);
    expect(page.text()).toBe('59 s ');
    await page.advance(4_000);
    expect(page.text()).toBe('55 s ');
    expect(renders.page).toBe(before.page);
    // Twice each, as StrictMode renders.
    expect(renders.ping - before.ping).toBe(2 * 5);
    await page.advance(55_000);
    expect(page.text()).toBe('quiet');
    expect(page.client.conversation('c1').lock.getSnapshot()).toMatchObject({
      status: 'lost',
      reason: 'idle',
    });
  });

  test('yes keeps the lock, no gives it back', async () => {
    await using page = await openPage(<Page />);
    await page.advance(IDLE);
    await page.act(() => page.find('#yes').click());
    expect(page.text()).toBe('quiet');
    expect(page.client.conversation('c1').lock.getSnapshot().status).toBe('mine');
    await page.advance(IDLE);
    await page.act(() => page.find('#no').click());
    expect(page.text()).toBe('quiet');
    expect(page.client.conversation('c1').lock.getSnapshot().status).toBe('free');
  });

  test('leaves no timer behind', async () => {
    await using page = await openPage(null);
    await page.show(<Page />);
    await page.advance(IDLE);
    await page.show(null);
    await page.advance(10 * LINGER);
    const without = page.server.pendingTimers;
    await page.show(<Page />);
    await page.advance(IDLE);
    await page.show(null);
    await page.advance(10 * LINGER);
    expect(page.server.pendingTimers).toBe(without);
  });
});

describe('useTyping', () => {
  function Field({ kind }: { kind?: 'note' }) {
    const { typists, onInput } = useTyping(useConversation('d1'), kind);
    return (
      <label>
        {typists.map(({ person, kind: what }) => `${person.name} types a ${what}`).join()}
        <textarea onInput={onInput} />
      </label>
    );
  }

  test('shows who else types', async () => {
    await using page = await openPage(<Field />);
    await page.act(() => page.server.colleague('ben').types('d1', 'note'));
    expect(page.text()).toBe('Ben types a note');
    await page.act(() => page.server.colleague('ben').stopsTyping('d1'));
    expect(page.text()).toBe('');
  });

  test('tells that this agent types, and the first keystroke of a reply takes a free lock', async () => {
    await using page = await openPage(<Field kind="note" />);
    const type = () =>
      page.act(() => page.find('textarea').dispatchEvent(new Event('input', { bubbles: true })));
    const { lock } = page.client.conversation('d1');
    await type();
    expect(page.said()).toContain('activity');
    expect(lock.getSnapshot().status).toBe('free');
    await page.show(<Field />);
    await type();
    expect(lock.getSnapshot().status).toBe('mine');
  });
});

describe('useConversations', () => {
  test('is live, and takes its query in place', async () => {
    let renders = 0;
    function List({ inbox }: { inbox: string | null }) {
      const { rows, status, hasMore } = useConversations(inbox, { status: 'open' });
      renders += 1;
      return (
        <p>
          {status}: {rows.map(({ contact }) => contact.name).join()} {hasMore && '…'}
        </p>
      );
    }
    await using page = await openPage(<List inbox="support" />);
    expect(page.text()).toBe('ready: Mia ');
    await page.advance(1);
    await page.act(() => page.server.newConversation({ from: 'Lou', body: 'Hi' }));
    expect(page.text()).toBe('ready: Lou,Mia ');
    expect(renders).toBeLessThan(12);
    await page.show(<List inbox={null} />);
    expect(page.text()).toBe('ready: Lou,Noor,Mia ');
  });

  test('gets the next page', async () => {
    function List() {
      const { rows, more } = useConversations('support');
      return (
        <button type="button" onClick={() => void more()}>
          {rows.length}
        </button>
      );
    }
    await using page = await openPage(null);
    for (let n = 0; n < 60; n += 1) page.server.newConversation({ from: `Customer ${n}`, body: 'Hi' });
    await page.show(<List />);
    expect(page.text()).toBe('50');
    await page.act(() => page.find('button').click());
    expect(page.text()).toBe('61');
  });
});

describe('useReadable', () => {
  test('renders again only when the picked part is another one', async () => {
    const seen: string[] = [];
    function Names({ id }: { id: string }) {
      const conversation = useConversation(id);
      // Both are other functions with each rendering.
      const subject = useReadable(conversation, ({ row }) => row?.subject);
      const kinds = useReadable(
        conversation,
        ({ entries }) => entries.map(({ kind }) => kind),
        (a, b) => a.join() === b.join(),
      );
      seen.push(`${subject} ${kinds.join()}`);
      return <p>{subject}</p>;
    }
    await using page = await openPage(<Names id="c1" />);
    expect(page.text()).toBe('Where is my parcel?');
    const before = seen.length;
    await page.act(() => page.server.colleague('ben').assigns('c1', 'ben'));
    expect(seen.slice(before).filter((one) => !one.includes('activity'))).toEqual([]);
    const settled = seen.length;
    await page.act(() => page.client.conversation('c1').markUnread());
    expect(seen).toHaveLength(settled);
    await page.show(<Names id="d1" />);
    expect(page.text()).toBe('A quote');
  });

  test('keeps what it picked while it says the same, whatever else makes it render', async () => {
    const picked = new Set<unknown>();
    function Row({ n }: { n: number }) {
      const conversation = useConversation('c1');
      const both = useReadable(
        conversation,
        ({ row }) => ({ subject: row?.subject }),
        (a, b) => a.subject === b.subject,
      );
      useEffect(() => {
        if (both.subject !== undefined) picked.add(both);
      });
      return <p>{n}</p>;
    }
    await using page = await openPage(<Row n={1} />);
    await page.show(<Row n={2} />);
    await page.show(<Row n={3} />);
    expect(page.text()).toBe('3');
    expect(picked.size).toBe(1);
  });
});

test('useConnection tells where the connection stands', async () => {
  function Line() {
    const connection = useConnection();
    return <p>{connection.name === 'reconnecting' ? `slow: ${connection.slow}` : connection.name}</p>;
  }
  await using page = await openPage(<Line />);
  expect(page.text()).toBe('connected');
  await page.act(() => page.server.down());
  expect(page.text()).toBe('slow: false');
  await page.advance(5_000);
  expect(page.text()).toBe('slow: true');
  page.server.up();
  await page.advance(10_000);
  expect(page.text()).toBe('connected');
});

test('useCounts follows what there is', async () => {
  function Badge() {
    const counts = useCounts();
    return <p>{counts.map(({ inboxId, open }) => `${inboxId} ${open}`).join()}</p>;
  }
  await using page = await openPage(<Badge />);
  await page.advance(6_000);
  expect(page.text()).toContain('support 1');
  await page.act(() => page.server.newConversation({ from: 'Lou', body: 'Hi' }));
  await page.advance(6_000);
  expect(page.text()).toContain('support 2');
});

test('two providers have two clients', async () => {
  await using page = await openPage(<StrictMode>{null}</StrictMode>);
  await using other = await openPage(<Thread />);
  expect(page.said()).toEqual([]);
  expect(other.text()).toContain('ready');
});
