/** Whether a Redis is set up for locks. What is not is said in the log and in the figures; nothing is refused for it. */
import type { Redis } from 'ioredis';
import type { Log } from '../lib/log.ts';

/** What can be wrong with a Redis that holds locks. */
export type RedisProblem = 'eviction' | 'persistence' | 'replicas' | 'replica';

const ADVICE: Readonly<Record<RedisProblem, string>> = {
  eviction:
    'Redis may throw locks away when its memory is full: set maxmemory-policy to noeviction, or give the locks a Redis of their own.',
  persistence:
    'Redis keeps nothing over a restart, after which locks have to be renewed before any is given: set appendonly yes.',
  replicas:
    'Redis has replicas: one that takes over lacks the locks of the last moment. Replies stay safe, but two may hold one lock for a moment. Use LOCK_REDIS_URLS with independent masters instead.',
  replica: 'This Redis is a replica and takes no locks: name the master.',
};

/** What its `INFO` says against it. Fields that it does not tell (some hosted ones hide them) say nothing. */
export function problemsIn(info: string): RedisProblem[] {
  const fields = new Map<string, string>();
  for (const line of info.split(/\r?\n/)) {
    const at = line.indexOf(':');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1));
  }
  const problems: RedisProblem[] = [];
  const policy = fields.get('maxmemory_policy');
  const limited = fields.get('maxmemory') !== '0';
  if (policy !== undefined && policy !== 'noeviction' && limited) problems.push('eviction');
  if (fields.get('aof_enabled') === '0') problems.push('persistence');
  if (fields.get('role') === 'slave') problems.push('replica');
  if (Number(fields.get('connected_slaves') ?? 0) > 0) problems.push('replicas');
  return problems;
}

/** Told when a problem is found, and when it is gone. `host` has no password in it. */
export type OnRedisProblem = (host: string, problem: RedisProblem, there: boolean) => void;

/** Looks at every new connection: a Redis that was restarted may be set up in another way. */
export function watchSetup(
  client: Redis,
  host: string,
  log: Log,
  told: OnRedisProblem = () => undefined,
): void {
  let known: readonly RedisProblem[] = [];

  async function look(): Promise<void> {
    const found = problemsIn(await client.info());
    for (const problem of found) {
      if (known.includes(problem)) continue;
      log.warn('a Redis is not set up for locks', { redis: host, problem, advice: ADVICE[problem] });
      told(host, problem, true);
    }
    for (const problem of known) {
      if (found.includes(problem)) continue;
      log.info('a Redis is set up for locks again', { redis: host, problem });
      told(host, problem, false);
    }
    known = found;
  }

  client.on('ready', () => {
    look().catch((error: unknown) =>
      log.debug('how a Redis is set up could not be read', { redis: host, error: String(error) }),
    );
  });
}
