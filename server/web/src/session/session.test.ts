import { type Auth, createLatchbox, LatchboxError, type Me } from '@latchbox/client';
import { createFakeServer } from '@latchbox/client/testing';
import { expect, it, vi } from 'vitest';
import type { Access } from './access.ts';
import { createSession } from './session.ts';

function page() {
  const server = createFakeServer();
  let token: string | LatchboxError = 'ana';
  const told: string[] = [];
  const who = (email: string): Me => {
    token = email;
    return { id: email, name: email, email, role: 'agent', kind: 'person' };
  };
  const signOut = vi.fn(async () => {
    told.push('signed out');
  });
  const access: Access = {
    signIn: async (email) => {
      if (email === 'careful') return { step: 'half way', needs: 'code' };
      return who(email);
    },
    enterCode: async (_step, code) => who(code),
    confirmFactor: async (_step, code) => ({ me: who(code), recoveryCodes: ['one'] }),
    token: async () => {
      if (typeof token === 'string') return token;
      throw token;
    },
    signOut,
  };
  const createClient = (auth: Auth) => {
    const { transport, runtime } = server;
    const client = createLatchbox({ url: 'fake:', auth, transport, runtime });
    client.connection.subscribe(() => told.push(client.connection.getSnapshot().name));
    return client;
  };
  const session = createSession({ access, createClient });
  const set = (next: string | LatchboxError): void => {
    token = next;
  };
  /** Lets promises and messages go where they go. */
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) await server.flush();
  };
  return { server, signOut, session, told, set, settle };
}

it('goes in at once where the browser still has a sign-in', async () => {
  const { session, settle } = page();
  expect(session.state.getSnapshot()).toEqual({ name: 'asking' });
  session.start();
  session.start();
  await settle();
  const state = session.state.getSnapshot();
  expect(state.name === 'signed-in' && state.client.me.getSnapshot()?.id).toBe('ana');
});

it('asks to sign in otherwise, and says when the server could not be asked', async () => {
  for (const [error, because] of [
    [new LatchboxError('unauthenticated', {}), 'new'],
    [new LatchboxError('offline', {}), 'unreachable'],
  ] as const) {
    const { session, set, settle } = page();
    set(error);
    session.start();
    await settle();
    expect(session.state.getSnapshot()).toEqual({ name: 'signed-out', because });
  }
});

it('keeps what was written for the agent whose sign-in ended elsewhere, and not for another one', async () => {
  const { server, session, set, settle } = page();
  session.start();
  await settle();
  const before = session.state.getSnapshot();
  const end = async (): Promise<void> => {
    set(new LatchboxError('unauthenticated', {}));
    server.goodbye('ana', 'unauthenticated');
    await server.advance(30_000);
    await settle();
    expect(session.state.getSnapshot()).toEqual({ name: 'signed-out', because: 'ended' });
  };
  await end();
  await session.signIn('ana', 'secret');
  await settle();
  expect(session.state.getSnapshot()).toEqual(before);
  await end();
  await session.signIn('ben', 'secret');
  await settle();
  const after = session.state.getSnapshot();
  expect(after.name === 'signed-in' && after.client.me.getSnapshot()?.id).toBe('ben');
  expect(before.name === 'signed-in' && before.client.connection.getSnapshot().name).toBe('closed');
});

it('shows the door only when the session is closed and the sign-in has ended, in this order', async () => {
  const { session, told, settle } = page();
  session.start();
  await settle();
  session.signOut();
  expect(session.state.getSnapshot()).toEqual({ name: 'leaving' });
  await settle();
  expect(session.state.getSnapshot()).toEqual({ name: 'signed-out', because: 'new' });
  expect(told.slice(-2)).toEqual(['closed', 'signed out']);
});

it('says that the server does not know of it, when it was not reached', async () => {
  const { session, signOut, settle } = page();
  session.start();
  await settle();
  signOut.mockRejectedValue(new LatchboxError('offline', {}));
  session.signOut();
  await settle();
  expect(session.state.getSnapshot()).toEqual({ name: 'signed-out', because: 'not-told' });
});

it('stands half way where a code is asked for, and goes in with it', async () => {
  const { session, set, settle } = page();
  set(new LatchboxError('unauthenticated', {}));
  session.start();
  await settle();
  expect(await session.signIn('careful', 'secret')).toEqual({ step: 'half way', needs: 'code' });
  expect(session.state.getSnapshot()).toEqual({ name: 'signed-out', because: 'new' });
  const { recoveryCodes, goOn } = await session.confirmFactor('half way', 'ana');
  expect(recoveryCodes).toEqual(['one']);
  // The codes are looked at first.
  expect(session.state.getSnapshot()).toEqual({ name: 'signed-out', because: 'new' });
  goOn();
  await settle();
  const state = session.state.getSnapshot();
  expect(state.name === 'signed-in' && state.client.me.getSnapshot()?.id).toBe('ana');
});
