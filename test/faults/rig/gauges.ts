/** What the servers say of their own sockets, read now and then: nothing grows without a bound, and nothing stays. */

import { pause } from '../../tools/eventually.ts';
import { monotonic } from '../../tools/history.ts';
import type { ResourceSample } from '../../tools/history-record.ts';
import type { ServerProcess } from '../../tools/server-process.ts';
import type { Notebook } from './notebook.ts';

const EVERY = 1_000;
/** How long servers may take to give back what clients used, when all have gone: graces, claims and kept-alive connections, ms. */
const GIVEN_BACK = 20_000;

/** Names of the figures at `/metrics`. */
const FIGURES = {
  sockets: 'latchbox_sockets',
  rooms: 'latchbox_rooms',
  locks: 'latchbox_locks_held',
  sessions: 'latchbox_sockets_signed_in',
  timers: 'latchbox_nodejs_active_resources{type="Timeout"}',
  queueBytes: 'latchbox_socket_buffered_bytes_most',
} as const;

type Levels = { -readonly [K in keyof typeof FIGURES]?: number };

async function read(url: string): Promise<Levels> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(800) });
  const lines = new Map(
    (await answer.text()).split('\n').map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
  const levels: Levels = {};
  for (const name of Object.keys(FIGURES) as (keyof Levels)[]) {
    const value = lines.get(FIGURES[name]);
    if (value !== undefined) levels[name] = value;
  }
  // A kind of which there is none has no line.
  levels.timers ??= 0;
  return levels;
}

type Servers = readonly Pick<ServerProcess, 'url'>[];
/** What is read, and where it is written down. */
export interface Gauged {
  readonly servers: Servers;
  readonly notebook: Pick<Notebook, 'resources'>;
}

/** One reading of every server that answers: one may be dead, frozen or busy at this moment. */
async function sample(servers: Servers, phase: ResourceSample['phase']): Promise<ResourceSample[]> {
  const readings = servers.map(async ({ url }, number) => {
    const levels = await read(url).catch(() => undefined);
    return levels === undefined ? [] : [{ node: String(number), at: monotonic(), phase, ...levels }];
  });
  return (await Promise.all(readings)).flat();
}

/** What servers have before any client comes: nothing of what clients bring, and their own timers. */
export async function readBaseline({ servers, notebook }: Gauged): Promise<void> {
  notebook.resources.push(...(await sample(servers, 'before')));
}

/** True when everything is as it was before, or less. */
function isBack(before: readonly ResourceSample[], after: readonly ResourceSample[]): boolean {
  const more = after.some((now) => {
    const was = before.find(({ node }) => node === now.node);
    return (['sockets', 'rooms', 'locks', 'timers', 'sessions'] as const).some(
      (name) => (now[name] ?? 0) > (was?.[name] ?? Infinity),
    );
  });
  return !more;
}

export interface Gauges {
  /** Ends the readings; the last one is made when every client has gone and all is given back, or should have been. */
  finish(): Promise<void>;
}

/** Reads from now on. */
export function startGauges({ servers, notebook }: Gauged): Gauges {
  const { resources } = notebook;
  const timer = setInterval(
    () => void sample(servers, 'during').then((samples) => resources.push(...samples)),
    EVERY,
  );
  return {
    async finish() {
      clearInterval(timer);
      const before = resources.filter(({ phase }) => phase === 'before');
      const end = performance.now() + GIVEN_BACK;
      for (;;) {
        const after = await sample(servers, 'after');
        if (!isBack(before, after) && performance.now() < end) {
          await pause(EVERY / 2);
          continue;
        }
        resources.push(...after);
        return;
      }
    },
  };
}
