/** A mail server that takes everything and keeps nothing but count and time. */
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { serve } from './child.ts';

let count = 0;
let bytes = 0;
let first = 0;
let last = 0;
let wanted = Number.POSITIVE_INFINITY;
let enough = (): void => undefined;

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  authOptional: true,
  disableReverseLookup: true,
  logger: false,
  onData(stream, _session, done) {
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    stream.once('end', () => {
      last = performance.now();
      if (count === 0) first = last;
      count += 1;
      done();
      if (count >= wanted) enough();
    });
  },
});
server.listen(0, '127.0.0.1');
await once(server.server, 'listening');

serve({
  port: () => (server.server.address() as { port: number }).port,
  /** Begins a round of so many mails; answers when the last one is there. */
  async round(mails: number) {
    [count, bytes, wanted] = [0, 0, mails];
    const { promise, resolve } = Promise.withResolvers<void>();
    enough = resolve;
    await promise;
    return { perSecond: ((mails - 1) * 1_000) / (last - first), bytes };
  },
});
