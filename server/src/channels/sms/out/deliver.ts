import { attachmentsOfEntry } from '../../../database/attachments.ts';
import type { Database } from '../../../database/database.ts';
import { holdConversation } from '../../../database/lock-targets.ts';
import { keepNews, placeOfEntry, placeSms, sidsOfEntry } from '../../../database/texting/messages.ts';
import { optOutOf, recordOptOut } from '../../../database/texting/opt-outs.ts';
import { type SmsThread, smsThread } from '../../../database/texting/threads.ts';
import { fileLink } from '../../../files/file-link.ts';
import type { Clock } from '../../../lib/clock.ts';
import {
  type Carrier,
  type DeliveryAnswer,
  type OutgoingMessage,
  refused,
  unreachable,
} from '../../../messaging/delivery/channel.ts';
import { OPTED_OUT, ProviderAway, ProviderRefusal } from '../provider/errors.ts';
import type { Provider } from '../provider/provider.ts';
import { FINAL_RANK, isProviderStatus, rankOf } from '../rules/delivery-status.ts';

export interface DeliverDeps {
  readonly db: Database;
  readonly provider: Provider;
  readonly clock: Clock;
  /** Under which the provider reaches us, without a slash at its end. */
  readonly publicUrl: string;
  /** Signs the links of files. */
  readonly secret: string;
}

/** Ms that the provider has to fetch a file: it may have a queue of its own. */
const LINK_LIVES = 4 * 3_600_000;
const STATUS_PATH = '/api/sms/status';

/**
 * Hands texts to the provider. It knows no key of ours for a message, so that a lost answer could make two of one; the address for
 * its news has the key in it, and news that came in the meantime show that it left.
 */
export function createDelivery(deps: DeliverDeps): Carrier['deliver'] {
  return async (message, signal) => {
    const { db, provider, publicUrl } = deps;
    const thread = await smsThread(db.read, message.conversationId);
    const place = await placeOfEntry(db.read, message.messageKey);
    if (thread === undefined || place === undefined) return refused('this conversation has no phone number');
    const sids = await sidsOfEntry(db.read, message.messageKey, FINAL_RANK);
    if (sids.length > 0) return { status: 'accepted', providerIds: sids };
    const stopped = await whyNot(db, thread);
    if (stopped !== undefined) return refused(stopped);
    const mediaUrls = await linksOf(deps, place);
    if (signal.aborted) return unreachable('given up before it began');
    const text = {
      from: thread.e164,
      to: thread.address,
      body: message.body,
      mediaUrls,
      statusCallback: `${publicUrl}${STATUS_PATH}?entry=${message.messageKey}`,
    };
    try {
      const { sid, status } = await provider.send(text, signal);
      const known = isProviderStatus(status) ? status : 'queued';
      await db.inTransaction(async (tx) => {
        await keepNews(tx, { sid, status: known, rank: rankOf(known), errorCode: null });
        await placeSms(tx, sid, place);
      });
      return { status: 'accepted', providerIds: [sid] };
    } catch (error) {
      return await failed(deps, message, thread, error);
    }
  };
}

/** What may have changed since the reply was stored. */
async function whyNot(db: Database, thread: SmsThread): Promise<string | undefined> {
  if (thread.releasedAt !== null) return 'the number this conversation came to was given back';
  if ((await optOutOf(db.read, thread))?.state === 'out') return 'the contact has opted out meanwhile';
  return undefined;
}

async function linksOf(
  { db, clock, secret, publicUrl }: DeliverDeps,
  { conversationId, position }: { readonly conversationId: string; readonly position: number },
): Promise<string[]> {
  const files = await attachmentsOfEntry(db.read, conversationId, position);
  const until = clock.now() + LINK_LIVES;
  return files.map((file) => `${publicUrl}${fileLink(secret, file, until)}`);
}

async function failed(
  { db }: DeliverDeps,
  { conversationId }: OutgoingMessage,
  { numberId, address }: SmsThread,
  error: unknown,
): Promise<DeliveryAnswer> {
  if (error instanceof ProviderAway) return unreachable(error.message);
  // What cannot be known stays an error: the attempt counts as ambiguous.
  if (!(error instanceof ProviderRefusal)) throw error;
  if (error.code === OPTED_OUT) {
    await db.inTransaction(async (tx) => {
      await holdConversation(tx, conversationId);
      const line = { numberId, address, agentId: null, conversationId, position: null };
      await recordOptOut(tx, { ...line, state: 'out', source: 'provider' });
    });
  }
  const code = error.code === null ? {} : { code: String(error.code) };
  return { ...refused(error.sentence), ...code };
}
