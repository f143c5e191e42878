/** The leases in Redis beside the rows that they stand for, read now and then past all links: a lease without a row ends with its life. */

import { monotonic } from '../../tools/history.ts';
import type { Rig } from './rig.ts';

const EVERY = 1_000;

async function leasesOf(rig: Rig): Promise<{ key: string; token: string }[]> {
  return await rig.redis.with(async (redis) => {
    const keys = await redis.keys('*:lease:*');
    if (keys.length === 0) return [];
    const tokens = await redis.mget(keys);
    // One that ended between the two questions has no token any more.
    return keys.flatMap((key, at) => (tokens[at] == null ? [] : [{ key, token: tokens[at] }]));
  });
}

/** One reading. The leases first: one whose row ends meanwhile is an orphan from then on. */
async function read(rig: Rig): Promise<void> {
  const leases = await leasesOf(rig);
  const at = monotonic();
  const rows = rig.rows<{ token: string }>(
    `SELECT lease_token AS token FROM lock_epochs WHERE ended_at IS NULL
     UNION SELECT lease_token FROM lock_offers WHERE lease_token <> ''`,
  );
  rig.notebook.holdings.push({ at, leases, rows: rows.map(({ token }) => token) });
}

export interface Holdings {
  finish(): Promise<void>;
}

/** Reads from now on, whenever Redis answers. */
export function watchHoldings(rig: Rig): Holdings {
  let reading: Promise<void> | undefined;
  const look = (): void => {
    // It is down or frozen for as long as a fault wants it: the last question waits, and no second one beside it.
    reading ??= read(rig)
      .catch(() => undefined)
      .finally(() => (reading = undefined));
  };
  const timer = setInterval(look, EVERY);
  return {
    async finish() {
      clearInterval(timer);
      await reading;
    },
  };
}
