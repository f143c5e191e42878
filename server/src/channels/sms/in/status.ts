import type { Database } from '../../../database/database.ts';
import { keepNews, placeOfEntry, placeSms } from '../../../database/texting/messages.ts';
import { isProviderStatus, rankOf } from '../rules/delivery-status.ts';

export interface StatusIn {
  readonly sid: string;
  readonly status: string;
  readonly errorCode: number | null;
  /** The entry that it is about, as it stands in the address that we gave the provider; null: it does not. */
  readonly entryId: string | null;
}

/**
 * Keeps what the provider says about a message of ours: late, twice, in any order, and before its sending was answered. Its entry
 * stands in the address, so that a message whose answer was lost is known all the same. False: it says nothing new.
 */
export async function receiveStatus(db: Database, news: StatusIn): Promise<boolean> {
  const { sid, status, errorCode, entryId } = news;
  // A status that was invented since: nobody knows whether it is further than another.
  if (!isProviderStatus(status)) return false;
  const place = entryId === null ? undefined : await placeOfEntry(db.read, entryId);
  return await db.inTransaction(async (tx) => {
    const isNew = await keepNews(tx, { sid, status, rank: rankOf(status), errorCode });
    if (place !== undefined) await placeSms(tx, sid, place);
    return isNew;
  });
}
