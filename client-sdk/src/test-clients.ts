/** For the tests beside the sources: clients of a fake server. */
import type { LatchboxClient, LatchboxOptions } from './client.ts';
import { createLatchbox } from './create.ts';
import { type Breakable, breakable, type FakeRuntime, type FakeServer } from './testing/index.ts';

export interface TestClient {
  readonly client: LatchboxClient;
  readonly runtime: FakeRuntime;
  readonly line: Breakable;
  readonly logged: string[];
}

/** A client that has not connected yet. */
export function clientOf(
  server: FakeServer,
  agentId = 'ana',
  options: Partial<LatchboxOptions> = {},
): TestClient {
  const runtime = (options.runtime as FakeRuntime | undefined) ?? server.newRuntime();
  const line = breakable(server.transport);
  const logged: string[] = [];
  const client = createLatchbox({
    url: 'fake:',
    auth: async () => agentId,
    transport: line.transport,
    log: ({ level, message }) => logged.push(`${level}: ${message}`),
    ...options,
    runtime,
  });
  return { client, runtime, line, logged };
}

/** A connected client. */
export async function join(
  server: FakeServer,
  agentId = 'ana',
  options: Partial<LatchboxOptions> = {},
): Promise<TestClient> {
  const made = clientOf(server, agentId, options);
  await made.client.connect();
  await server.flush();
  return made;
}

/** The names of the commands that arrived, without what every client says when it connects. */
export function said(server: FakeServer): string[] {
  const usual = ['hello', 'stream.subscribe', 'presence'];
  return server.commands.map(({ name }) => name).filter((name) => !usual.includes(name));
}

/** The error that a promise rejects with. */
export function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('It was not refused.');
    },
    (error: unknown) => error,
  );
}
