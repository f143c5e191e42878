import type { Redis } from 'ioredis';
import type { Log } from '../lib/log.ts';
import { createScript, runScript } from './redis-client.ts';

/**
 * Entries with indexes, in Redis. An entry is a key with a time to live; an index is a sorted set of entries' names by the
 * moment at which they end, on Redis' own clock. An index ends with its last entry; what has ended in it, or has left it
 * without a word, goes when it is read. Every call is one script and one round trip, which others have to wait for: the caller
 * passes a hundred entries or so at once. (The scripts make up keys themselves, so this needs one Redis, not a Redis Cluster.)
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

/** ARGV: the prefix, ms to live; then of each entry: name, value, revision, owner, how many indexes, the indexes. */
const PUT = createScript(`
  local prefix, ttl = ARGV[1], tonumber(ARGV[2])
  local time = redis.call('TIME')
  local ends = time[1] * 1000 + math.floor(time[2] / 1000) + ttl
  local at = 3
  while ARGV[at] do
    local name, indexes = ARGV[at], tonumber(ARGV[at + 4])
    local key = prefix .. 'entry:' .. name
    local before = redis.call('HGET', key, 'revision')
    if not before or tonumber(before) <= tonumber(ARGV[at + 2]) then
      redis.call('HSET', key, 'value', ARGV[at + 1], 'revision', ARGV[at + 2], 'owner', ARGV[at + 3])
      redis.call('PEXPIRE', key, ttl)
      for i = at + 5, at + 4 + indexes do
        local index = prefix .. ARGV[i]
        redis.call('ZADD', index, ends, name)
        if redis.call('PTTL', index) < ttl then redis.call('PEXPIRE', index, ttl) end
      end
    end
    at = at + 5 + indexes
  end
`);

/** ARGV: the prefix; then of each entry: name, owner, how many indexes, the indexes. */
const REMOVE = createScript(`
  local prefix, at = ARGV[1], 2
  while ARGV[at] do
    local name, indexes = ARGV[at], tonumber(ARGV[at + 2])
    local key = prefix .. 'entry:' .. name
    local owner = redis.call('HGET', key, 'owner')
    if not owner or owner == ARGV[at + 1] then
      redis.call('DEL', key)
      for i = at + 3, at + 2 + indexes do redis.call('ZREM', prefix .. ARGV[i], name) end
    end
    at = at + 3 + indexes
  end
`);

/** ARGV: the prefix, an index. */
const READ = createScript(`
  local index = ARGV[1] .. ARGV[2]
  local time = redis.call('TIME')
  redis.call('ZREMRANGEBYSCORE', index, '-inf', time[1] * 1000 + math.floor(time[2] / 1000))
  local found = {}
  for _, name in ipairs(redis.call('ZRANGE', index, 0, -1)) do
    local value = redis.call('HGET', ARGV[1] .. 'entry:' .. name, 'value')
    if value then found[#found + 1] = value else redis.call('ZREM', index, name) end
  end
  return found
`);

export const SHELF_SCRIPTS = [PUT, REMOVE, READ].map((script) => script.source);

export function createShelf<E>(client: Redis, log: Log, form: ShelfForm<E>): Shelf<E> {
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
      const args: (string | number)[] = [];
      for (const entry of entries) {
        const indexes = form.indexesOf(entry);
        args.push(form.nameOf(entry), JSON.stringify(entry), form.revisionOf(entry), form.ownerOf(entry));
        args.push(indexes.length, ...indexes);
      }
      await attempt(runScript(client, PUT, [], [form.prefix, Math.ceil(ttl), ...args]));
    },
    async remove(gone, owner) {
      const args = gone.flatMap(({ name, indexes }) => [name, owner, indexes.length, ...indexes]);
      await attempt(runScript(client, REMOVE, [], [form.prefix, ...args]));
    },
    async read(index) {
      const found = await attempt(runScript(client, READ, [], [form.prefix, index]));
      return Array.isArray(found) ? found.map((value) => JSON.parse(String(value)) as E) : null;
    },
  };
}
