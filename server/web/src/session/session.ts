import {
  type ConnectionState,
  createLatchbox,
  type LatchboxClient,
  LatchboxError,
  type Me,
} from '@latchbox/client';
import type { Account } from '../app/account.ts';
import { download } from '../lib/download.ts';
import { fetchFile } from '../lib/http.ts';
import { createStore, type Watchable } from '../lib/store.ts';
import { type Access, createAccess } from './access.ts';

export type SessionState =
  /** Whether somebody is signed in is being asked. */
  | { readonly name: 'checking' }
  | { readonly name: 'signed-out'; readonly because: 'new' | 'ended' | 'unreachable' }
  | { readonly name: 'signed-in'; readonly client: LatchboxClient };

/** Who is signed in on this page. */
export interface Session extends Account {
  readonly state: Watchable<SessionState>;
  /** Looks once whether the browser still has a sign-in. */
  start(): void;
  /** Throws a `LatchboxError` when it does not work. */
  signIn(email: string, password: string): Promise<void>;
}

export function createSession(access: Access = createAccess()): Session {
  const state = createStore<SessionState>({ name: 'checking' });
  let client: LatchboxClient | undefined;
  let started = false;

  function begin(): void {
    const fresh = createLatchbox({
      url: location.origin,
      auth: (why) => access.token(why),
      log: ({ level, message, data }) => {
        if (level !== 'debug') console[level](message, data);
      },
    });
    client = fresh;
    fresh.connection.subscribe(() => watch(fresh, fresh.connection.getSnapshot()));
    // It goes on by itself; where it stands is in its state.
    fresh.connect().catch(() => {});
    state.set({ name: 'signed-in', client: fresh });
  }

  /** The sign-in ended somewhere else: the client waits, with everything that was written, for its agent to come back. */
  function watch(of: LatchboxClient, connection: ConnectionState): void {
    if (of === client && connection.name === 'needs-auth')
      state.set({ name: 'signed-out', because: 'ended' });
  }

  function welcome(me: Me): void {
    const before = client?.me.getSnapshot();
    if (client !== undefined && before?.id === me.id) {
      client.connect().catch(() => {});
      state.set({ name: 'signed-in', client });
      return;
    }
    // Somebody else: nothing of the one before may be seen.
    void client?.close();
    begin();
  }

  return {
    state,
    start() {
      if (started) return;
      started = true;
      access.token('first').then(begin, (error: unknown) => {
        const because = LatchboxError.is(error, 'unauthenticated', 'forbidden') ? 'new' : 'unreachable';
        state.set({ name: 'signed-out', because });
      });
    },
    async signIn(email, password) {
      welcome(await access.signIn(email, password));
    },
    signOut() {
      const leaving = client;
      client = undefined;
      state.set({ name: 'signed-out', because: 'new' });
      // The session first, so that its locks end as signed out; then the sign-in itself.
      Promise.resolve(leaving?.close({ signOut: true }))
        .then(() => access.signOut())
        .catch((error: unknown) => console.warn('Signing out did not reach the server.', error));
    },
    async exportLockHistory(conversationId, number) {
      const path = `/api/conversations/${conversationId}/lock-history?format=csv`;
      const file = await fetchFile(path, { token: await access.token('first') });
      download(file, `lock-history-${number}.csv`);
    },
  };
}
