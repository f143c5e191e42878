/** For the tests of the hooks: a page under StrictMode, whose time is the fake server's. */
import { act, type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { LatchboxClient } from '../client.ts';
import { join } from '../test-clients.ts';
import { createFakeServer, type FakeServer } from '../testing/index.ts';
import { LatchboxProvider } from './provider.ts';

export interface TestPage extends AsyncDisposable {
  readonly server: FakeServer;
  readonly client: LatchboxClient;
  /** Shows this instead of what was shown, inside the provider; null: an empty page. */
  show(children: ReactNode): Promise<void>;
  /** Lets something happen, and React react to it. */
  act(what?: () => unknown): Promise<void>;
  advance(ms: number): Promise<void>;
  /** The words on the page. */
  text(): string;
  /** The element that a selector finds. */
  find(selector: string): HTMLElement;
  /** Commands of this page's agent that arrived, without what every client says when it connects. */
  said(): string[];
}

/** A page of Ana's, connected to a fake server. */
export async function openPage(children: ReactNode): Promise<TestPage> {
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  const server = createFakeServer();
  const { client } = await join(server);
  const before = server.commands.length;
  const place = document.body.appendChild(document.createElement('main'));
  const root = createRoot(place);
  const page: TestPage = {
    server,
    client,
    async show(next) {
      await page.act(() =>
        root.render(
          <StrictMode>
            <LatchboxProvider client={client}>{next}</LatchboxProvider>
          </StrictMode>,
        ),
      );
    },
    act: (what = () => {}) =>
      act(async () => {
        await what();
        await server.flush();
      }),
    advance: (ms) => page.act(() => server.advance(ms)),
    text: () => place.textContent ?? '',
    find(selector) {
      const found = place.querySelector(selector);
      if (found === null) throw new Error(`There is no ${selector} in ${place.innerHTML}`);
      return found as HTMLElement;
    },
    said: () => server.commands.slice(before).map(({ name }) => name),
    async [Symbol.asyncDispose]() {
      await page.act(() => root.unmount());
      place.remove();
      await client.close();
    },
  };
  await page.show(children);
  return page;
}
