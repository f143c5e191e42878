/**
 * Tells conversations what was heard of their texts, once the outbox has written down that they left. Every server looks; the
 * compare-and-set in the row lets one of them tell.
 */
import type { Database } from '../../../database/database.ts';
import type { Wake } from '../../../database/event-log.ts';
import { holdConversation } from '../../../database/lock-targets.ts';
import {
  dropUnknownNews,
  markTold,
  type UntoldNews,
  untoldNews,
} from '../../../database/texting/messages.ts';
import { recordOptOut } from '../../../database/texting/opt-outs.ts';
import { smsThread } from '../../../database/texting/threads.ts';
import type { Log } from '../../../lib/log.ts';
import { deliveryNews } from '../../../messaging/delivery/delivery-news.ts';
import { errorSentence, OPTED_OUT } from '../provider/errors.ts';
import { isProviderStatus, newsOf } from '../rules/delivery-status.ts';

export interface NewsTellerDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly log: Log;
}

const BATCH = 100;
/** Ms that news of a message are kept which is not known here. */
const UNKNOWN_LIVES = 60_000;

/** One look: tells what there is to tell, and forgets what nobody will ever ask for. */
export async function tellNews(deps: NewsTellerDeps): Promise<void> {
  const { db, log } = deps;
  try {
    for (const news of await untoldNews(db.read, BATCH)) await tellOne(deps, news);
  } catch (error) {
    log.error('News of texts could not be told; the next look comes', { error: String(error) });
  }
}

/** Forgets news whose message never became known here. */
export async function forgetUnknown(db: Database): Promise<void> {
  await db.inTransaction((tx) => dropUnknownNews(tx, tx.now - UNKNOWN_LIVES));
}

async function tellOne({ db, wake }: NewsTellerDeps, news: UntoldNews): Promise<void> {
  const { sid, status, rank, errorCode, conversationId, position } = news;
  const said = isProviderStatus(status) ? newsOf(status) : 'none';
  await db.inTransaction(async (tx) => {
    await holdConversation(tx, conversationId);
    if (!(await markTold(tx, sid, rank))) return;
    const thread = await smsThread(tx.db, conversationId);
    if (said === 'none' || thread === undefined) return;
    if (errorCode === OPTED_OUT) {
      const { numberId, address } = thread;
      const line = { numberId, address, agentId: null, conversationId, position };
      await recordOptOut(tx, { ...line, state: 'out', source: 'provider' });
    }
    const { address } = thread;
    const code = errorCode === null ? null : String(errorCode);
    const reason = said === 'failed' ? errorSentence(errorCode) : null;
    await deliveryNews(tx, { wake }, { conversationId, position, address, news: said, reason, code });
  });
}
