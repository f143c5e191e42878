// @vitest-environment happy-dom
import { act } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { clientOf, join } from '../test-clients.ts';
import { createFakeServer } from '../testing/index.ts';
import {
  LatchboxProvider,
  useConnection,
  useConversation,
  useConversations,
  useLatchbox,
  useLock,
  useReadable,
} from './index.ts';

function Page() {
  const { status, rows } = useConversations(null);
  const conversation = useConversation('c1');
  const lock = useLock(conversation);
  const subject = useReadable(conversation, ({ row }) => row?.subject);
  const inbox = useReadable(useLatchbox().inbox('support'));
  const names = rows.map(({ contact }) => contact.name);
  return <p>{[useConnection().name, inbox?.name, lock.status, subject, status, ...names].join(' ')}</p>;
}

test('a page of a server comes alive without a mismatch, although the client knows more already', async () => {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  const server = createFakeServer();
  const place = document.body.appendChild(document.createElement('main'));
  place.innerHTML = renderToString(
    <LatchboxProvider client={clientOf(server).client}>
      <Page />
    </LatchboxProvider>,
  );
  expect(place.textContent).toBe('idle  unknown  idle');
  const { client } = await join(server);
  // The list first: what it told of the conversation is known before anybody asks for it.
  client.list().subscribe(() => {});
  await server.flush();
  client.conversation('c1').open();
  await server.flush();
  const mismatches: unknown[] = [];
  const root = await act(async () =>
    hydrateRoot(
      place,
      <LatchboxProvider client={client}>
        <Page />
      </LatchboxProvider>,
      { onRecoverableError: (error) => mismatches.push(error) },
    ),
  );
  expect(mismatches).toEqual([]);
  expect(place.textContent).toBe('connected Support mine Where is my parcel? ready Noor Mia');
  await act(async () => root.unmount());
  await client.close();
});
