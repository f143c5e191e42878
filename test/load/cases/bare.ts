/** The bare counterpart of a deployment: as many servers on one SQLite file and one Redis. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type Child, startChild } from '../../bench/parts/child.ts';
import { startRedis } from '../../tools/redis.ts';

export const BARE =
  'bare Socket.IO servers with SET NX PX, a fence in SQLite through raw better-sqlite3 (FULL) and Redis between them';

export interface BareDeployment extends AsyncDisposable {
  readonly urls: readonly string[];
  readonly servers: readonly Child[];
  count(table: 'messages' | 'events'): number;
}

export async function startBare(servers: number): Promise<BareDeployment> {
  const folder = await mkdtemp(join(tmpdir(), 'latchbox-bare-'));
  const redis = await startRedis();
  const file = join(folder, 'bare.sqlite');
  const children: Child[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(children.map((child) => child[Symbol.asyncDispose]()));
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const urls: string[] = [];
    for (let at = 0; at < servers; at += 1) {
      const env = { BARE_FILE: file, BARE_REDIS: redis.url };
      const child = startChild(new URL('../parts/bare-team-server.ts', import.meta.url).href, { env });
      children.push(child);
      urls.push(await child.ask<string>('url'));
    }
    return {
      urls,
      servers: children,
      count: (table) => countRows(file, table),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Rows of a table of a database that servers may be running on. */
export function countRows(file: string, table: string): number {
  const db = new Sqlite(file, { readonly: true });
  try {
    return (db.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number }).rows;
  } finally {
    db.close();
  }
}
