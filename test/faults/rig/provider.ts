/** A mail relay with bad days: it keeps a log of every copy that reached the end of its data, and answers as its script says. */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { monotonic } from '../../tools/history.ts';
import type { ProviderCopy } from '../../tools/history-record.ts';

/**
 * What it does with one mail. `silent`: takes it and says nothing until the sender gives up. `vanish`: takes it and breaks the connection
 * instead of answering. `reset`: says 250 and breaks the connection at once. `stall`: takes it, and says so after `ms`. `recipient`: refuses
 * the recipient of this number (from 0), and goes on with the others.
 */
export type Act =
  | { readonly act: 'take' | 'silent' | 'vanish' | 'reset' }
  | { readonly act: 'stall'; readonly ms: number }
  | { readonly act: 'later' | 'refuse'; readonly says: string }
  | { readonly act: 'recipient'; readonly number: number; readonly says: string };

export interface Provider extends AsyncDisposable {
  readonly port: number;
  readonly copies: readonly ProviderCopy[];
  /** Decides what happens to each mail; `null`: every mail is taken. */
  script(decide: (() => Act) | null): void;
}

/** A failure as smtp-server says it. */
function answer(says: string): Error {
  return Object.assign(new Error(says.slice(4)), { responseCode: Number(says.slice(0, 3)) });
}

function messageIdOf(raw: Buffer): string {
  const head = raw.toString('latin1', 0, 8_192);
  return /^message-id:\s*<([^>]+)>/im.exec(head)?.[1] ?? '';
}

export async function startProvider(): Promise<Provider> {
  const copies: ProviderCopy[] = [];
  const timers = new Set<NodeJS.Timeout>();
  /** What was decided for the mail that a connection is handing over, and whom it was refused to write to. */
  const under = new Map<string, { act: Act; seen: number; refused: string[] }>();
  let decide: (() => Act) | null = null;

  const breakOff = (id: string): void => {
    const { connections } = server as unknown as {
      connections: Set<{ id: string; _socket: { resetAndDestroy(): void } }>;
    };
    for (const connection of connections) if (connection.id === id) connection._socket.resetAndDestroy();
  };
  const later = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };

  async function take(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: (error?: Error) => void,
  ): Promise<void> {
    const raw = await buffer(stream);
    const { act, refused } = under.get(session.id) ?? { act: { act: 'take' } as Act, refused: [] };
    under.delete(session.id);
    const accepted = session.envelope.rcptTo.map(({ address }) => address);
    const keep = (said: ProviderCopy['answer'], takers: readonly string[] = accepted): void =>
      void copies.push({
        messageKey: messageIdOf(raw),
        at: monotonic(),
        accepted: takers,
        refused,
        hash: createHash('sha256').update(raw).digest('hex'),
        answer: said,
      });
    switch (act.act) {
      case 'take':
      case 'recipient':
        keep('accepted');
        return done();
      case 'silent':
        return keep('silent');
      case 'vanish':
        keep('silent');
        return breakOff(session.id);
      case 'reset':
        keep('accepted');
        done();
        return void setImmediate(breakOff, session.id);
      case 'stall':
        keep('accepted');
        return later(act.ms, () => done());
      case 'later':
        keep('later', []);
        return done(answer(act.says));
      case 'refuse':
        keep('refused', []);
        return done(answer(act.says));
    }
  }

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onMailFrom(_address, session, done) {
      under.set(session.id, { act: decide?.() ?? { act: 'take' }, seen: 0, refused: [] });
      done();
    },
    onRcptTo({ address }, session, done) {
      const mail = under.get(session.id);
      const number = mail?.seen ?? 0;
      if (mail !== undefined) mail.seen += 1;
      if (mail?.act.act !== 'recipient' || mail.act.number !== number) return done();
      mail.refused.push(address);
      done(answer(mail.act.says));
    },
    onData: (stream, session, done) => void take(stream, session, done).catch(() => undefined),
  });
  // A connection that broke is what this is about.
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as { port: number };
  return {
    port,
    copies,
    script: (next) => void (decide = next),
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
