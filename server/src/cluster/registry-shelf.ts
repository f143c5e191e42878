import type { Redis } from 'ioredis';
import type { Log } from '../lib/log.ts';
import { createScript, runScript, runScripts } from './redis-client.ts';

/**
 * Entries with indexes, in Redis. An entry is a key with a time to live; an index is a sorted set of entries' names by the
 * moment at which they end, on Redis' own clock. An index ends with its last entry; what has ended in it, or has left it
 * without a word, goes when it is read.
 */
export interface Shelf<E> {
  put(entries: readonly E[], ttl: number): Promise<void>;
  /** Removes those of this owner. */
  remove(
    gone: readonly { readonly name: string; readonly indexes: readonly string[] }[],
    owner: string,
  ): Promise<void>;
  /** What an index names, and perhaps entries that were in it and are elsewhere now; null when Redis does not answer. */
  read(index: string): Promise<E[] | null>;
}

export interface ShelfForm<E> {
  readonly prefix: string;
  readonly nameOf: (entry: E) => string;
  readonly indexesOf: (entry: E) => readonly string[];
  /** Of two entries of the same name the one with the greater revision is the newer. */
  readonly revisionOf: (entry: E) => number;
  /** Whose entry it is: nobody else removes it. */
  readonly ownerOf: (entry: E) => string;
}

/** KEYS: the entry, its indexes. ARGV: its name, its value, ms to live, its revision, its owner. */
const PUT = createScript(`
  local before = redis.call('HGET', KEYS[1], 'revision')
  if before and tonumber(before) > tonumber(ARGV[4]) then return 0 end
  local ttl = tonumber(ARGV[3])
  local time = redis.call('TIME')
  local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ttl
  redis.call('HSET', KEYS[1], 'value', ARGV[2], 'revision', ARGV[4], 'owner', ARGV[5])
  redis.call('PEXPIRE', KEYS[1], ttl)
  for i = 2, #KEYS do
    redis.call('ZADD', KEYS[i], ends, ARGV[1])
    if redis.call('PTTL', KEYS[i]) < ttl then redis.call('PEXPIRE', KEYS[i], ttl) end
  end
  return 1
`);

/** KEYS: the entry, its indexes. ARGV: its name, its owner. */
const REMOVE = createScript(`
  local owner = redis.call('HGET', KEYS[1], 'owner')
  if owner and owner ~= ARGV[2] then return 0 end
  redis.call('DEL', KEYS[1])
  for i = 2, #KEYS do redis.call('ZREM', KEYS[i], ARGV[1]) end
  return 1
`);

/** KEYS: an index. ARGV: what stands before a name in an entry's key. */
const READ = createScript(`
  local time = redis.call('TIME')
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time[1] * 1000 + math.floor(time[2] / 1000))
  local found = {}
  for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local value = redis.call('HGET', ARGV[1] .. name, 'value')
    if value then found[#found + 1] = value else redis.call('ZREM', KEYS[1], name) end
  end
  return found
`);

/** Gives each new connection the scripts before anything else, so that none has to be sent with a call. */
export function loadShelfScripts(client: Redis): void {
  client.on('ready', () => {
    for (const { source } of [PUT, REMOVE, READ]) client.script('LOAD', source).catch(() => undefined);
  });
}

export function createShelf<E>(client: Redis, log: Log, form: ShelfForm<E>): Shelf<E> {
  const entryPrefix = `${form.prefix}entry:`;
  const keys = (name: string, indexes: readonly string[]): string[] => [
    entryPrefix + name,
    ...indexes.map((index) => form.prefix + index),
  ];
  let failing = false;
  /** Undefined and one warning when Redis does not do it. */
  async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      const done = await work;
      failing = false;
      return done;
    } catch (error) {
      if (!failing) log.warn('presence is not shared between servers', { error: String(error) });
      failing = true;
      return undefined;
    }
  }

  return {
    async put(entries, ttl) {
      const calls = entries.map((entry) => {
        const name = form.nameOf(entry);
        const args = [
          name,
          JSON.stringify(entry),
          Math.ceil(ttl),
          form.revisionOf(entry),
          form.ownerOf(entry),
        ];
        return { keys: keys(name, form.indexesOf(entry)), args };
      });
      await attempt(runScripts(client, PUT, calls));
    },
    async remove(gone, owner) {
      const calls = gone.map(({ name, indexes }) => ({ keys: keys(name, indexes), args: [name, owner] }));
      await attempt(runScripts(client, REMOVE, calls));
    },
    async read(index) {
      const found = await attempt(runScript(client, READ, [form.prefix + index], [entryPrefix]));
      return Array.isArray(found) ? found.map((value) => JSON.parse(String(value)) as E) : null;
    },
  };
}
