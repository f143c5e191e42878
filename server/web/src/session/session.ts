import {
  type Auth,
  type ConnectionState,
  type LatchboxClient,
  LatchboxError,
  type Me,
} from '@latchbox/client';
import type { Account } from '../app/account.ts';
import { createStore, type Watchable } from '../lib/store.ts';
import type { Access, FactorStep } from './access.ts';

/**
 * Why nobody is signed in: nobody was (`new`), the sign-in ended elsewhere (`ended`), the server could not be asked
 * (`unreachable`), or it could not be told that somebody signed out (`not-told`).
 */
export type SignedOutBecause = 'new' | 'ended' | 'unreachable' | 'not-told';

export type SessionState =
  /** `asking`: whether somebody is signed in. `leaving`: drafts are saved, locks given back, the sign-in ended. */
  | { readonly name: 'asking' | 'leaving' }
  | { readonly name: 'signed-out'; readonly because: SignedOutBecause }
  | { readonly name: 'signed-in'; readonly client: LatchboxClient };

/** Who is signed in on this page. */
export interface Session extends Account {
  readonly state: Watchable<SessionState>;
  /** Looks once whether the browser still has a sign-in. */
  start(): void;
  /** Answers what is still asked for, null when that was all. Throws a `LatchboxError` when it does not work. */
  signIn(email: string, password: string): Promise<FactorStep | null>;
  enterCode(step: string, code: string): Promise<void>;
  /** Answers the recovery codes, which are shown once, and how it goes on after that. */
  confirmFactor(
    step: string,
    code: string,
  ): Promise<{ readonly recoveryCodes: readonly string[]; readonly goOn: () => void }>;
}

export interface SessionParts {
  readonly access: Access;
  readonly createClient: (auth: Auth) => LatchboxClient;
}

export function createSession({ access, createClient }: SessionParts): Session {
  const state = createStore<SessionState>({ name: 'asking' });
  let client: LatchboxClient | undefined;
  let started = false;

  function begin(): void {
    const fresh = createClient((why) => access.token(why));
    client = fresh;
    fresh.connection.subscribe(() => watch(fresh, fresh.connection.getSnapshot()));
    state.set({ name: 'signed-in', client: fresh });
    // It goes on by itself; where it stands is in its state.
    fresh.connect().catch(() => {});
  }

  /** The sign-in ended somewhere else: the client waits, with everything that was written, for its agent to come back. */
  function watch(of: LatchboxClient, connection: ConnectionState): void {
    if (of === client && connection.name === 'needs-auth')
      state.set({ name: 'signed-out', because: 'ended' });
  }

  function welcome(me: Me): void {
    const before = client?.me.getSnapshot();
    if (client !== undefined && before?.id === me.id) {
      state.set({ name: 'signed-in', client });
      client.connect().catch(() => {});
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
      const entered = await access.signIn(email, password);
      if ('step' in entered) return entered;
      welcome(entered);
      return null;
    },
    async enterCode(step, code) {
      welcome(await access.enterCode(step, code));
    },
    async confirmFactor(step, code) {
      const { me, recoveryCodes } = await access.confirmFactor(step, code);
      return { recoveryCodes, goOn: () => welcome(me) };
    },
    signOut() {
      const leaving = client;
      client = undefined;
      state.set({ name: 'leaving' });
      void leave(access, leaving).then((because) => state.set({ name: 'signed-out', because }));
    },
  };
}

async function leave(access: Access, leaving: LatchboxClient | undefined): Promise<SignedOutBecause> {
  // The session first: it saves the drafts, and its locks end as signed out. Then the sign-in itself.
  await leaving?.close({ signOut: true }).catch(() => {});
  return await access.signOut().then(
    () => 'new' as const,
    () => 'not-told' as const,
  );
}
