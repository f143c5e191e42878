import '../styles/index.css';
import { createLatchbox, type Transport } from '@latchbox/client';
import { createFakeServer, type FakeServer } from '@latchbox/client/testing';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type Account, AccountContext } from '../app/account.ts';
import { ClientContext } from '../app/client.ts';
import { Frame } from '../app/frame.tsx';
import { SignedInPage } from '../app/signed-in-page.tsx';
import { mailForm } from '../thread/mail-form.ts';
import { PHOTO } from './dress.ts';
import { ROSA } from './letters.ts';
import { morning, seedWorkshop } from './seed.ts';
import { BEFORE, STATES, UNANSWERED } from './states.ts';

/** How often the fake server's time catches up, in ms. */
const TICK = 100;

/** The fake server knows no files of customers. */
function withPhoto(transport: Transport): Transport {
  return {
    ...transport,
    request: async (url, what) =>
      /att_(?:hook|note)\/link$/.test(url)
        ? new Response(JSON.stringify({ url: PHOTO, until: 0 }))
        : ((await transport.request?.(url, what)) ?? new Response(null, { status: 404 })),
  };
}

/** A server that is slow to answer these commands: it never does. */
function withoutAnswers(transport: Transport, commands: readonly string[]): Transport {
  return {
    ...transport,
    open(url, events) {
      const link = transport.open(url, events);
      return {
        request: (name, input, answer) => {
          if (!commands.includes(name)) link.request(name, input, answer);
        },
        signal: (name, input) => link.signal(name, input),
        close: () => link.close(),
      };
    },
  };
}

async function start(): Promise<void> {
  const state = location.hash.slice(1);
  const server = createFakeServer({ now: morning() });
  await seedWorkshop(server, state === '' || state === 'free' ? 'compose' : 'open');
  mailForm.set(state === 'html' ? 'html' : 'text');
  await BEFORE[state]?.(server);
  const unanswered = UNANSWERED[state] ?? [];
  const client = createLatchbox({
    url: 'fake://inbox',
    auth: async () => 'ivo',
    transport: withoutAnswers(withPhoto(server.transport), unanswered),
    runtime: server.runtime,
    log: (entry) => console.info(entry.message, entry.data),
  });
  const connected = client.connect();
  await server.flush();
  await connected;
  const play = STATES[state];
  const isOpen = play !== undefined || unanswered.length > 0;
  history.replaceState(null, '', isOpen ? `/inbox/repairs/c/${ROSA}` : '/inbox/repairs');
  const account: Account = { signOut: () => location.reload() };
  const root = document.getElementById('root');
  if (root === null) throw new Error('The page has no #root.');
  createRoot(root).render(
    <StrictMode>
      <AccountContext value={account}>
        <ClientContext value={client}>
          <Frame>
            <SignedInPage />
          </Frame>
        </ClientContext>
      </AccountContext>
    </StrictMode>,
  );
  // For the console, and for scripts that drive this page.
  Object.assign(globalThis, { latchbox: { server, client } });
  await new Promise((painted) => setTimeout(painted, TICK));
  await server.flush();
  if (play !== undefined) {
    await client.conversation(ROSA).ready;
    await server.flush();
    await play({ server, client });
  }
  // What is not answered would be given up after a while.
  if (unanswered.length === 0) letTimePass(server);
  document.documentElement.dataset.ready = 'true';
}

function letTimePass(server: FakeServer): void {
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    void server.advance(now - last);
    last = now;
  }, TICK);
}

void start();
