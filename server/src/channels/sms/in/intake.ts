import { insertAttachments } from '../../../database/attachments.ts';
import type { Database, Tx } from '../../../database/database.ts';
import { insertSmsIn, isSmsKnown } from '../../../database/texting/messages.ts';
import { numberByE164, type StoredNumber } from '../../../database/texting/numbers.ts';
import { recordOptOut } from '../../../database/texting/opt-outs.ts';
import { insertSmsThread, smsConversation } from '../../../database/texting/threads.ts';
import { violates } from '../../../database/unique-violation.ts';
import { formatPhone, readPhone, textsOn } from '../../../lib/phone.ts';
import type { Continues, KeptPlace, Messaging } from '../../../messaging/api.ts';
import { noteIncoming } from '../../../messaging/receiving/automation.ts';
import { cleanText, cutToBytes } from '../../email/in/clean-text.ts';
import { type OptWord, optWord } from '../rules/opt-words.ts';
import { type FetchedMedia, type MediaDeps, storeMedia } from './media.ts';
import type { TextIn } from './text-in.ts';

export interface TextIntakeDeps extends MediaDeps {
  readonly db: Database;
  readonly messaging: Pick<Messaging, 'receive'>;
}

/** A text is far shorter; this is what the contract takes of any body (bytes of UTF-8). */
const MAX_BODY = 65_536;

/**
 * Files a customer's text into the one conversation of its two numbers. What it asks for as a whole (STOP, START) is written into
 * the ledger in the same transaction. The same message brought again is stored once.
 */
export async function receiveText(
  deps: TextIntakeDeps,
  text: TextIn,
): Promise<'stored' | 'known' | 'not our number'> {
  const { db } = deps;
  const to = readPhone(text.to)?.e164 ?? text.to;
  const number = await numberByE164(db.read, to);
  if (number === undefined) return 'not our number';
  // Before its files are fetched: a message that is brought a hundred times costs nothing.
  if (await isSmsKnown(db.read, text.sid)) return 'known';
  const media = await storeMedia(deps, text.media);
  try {
    const { duplicate } = await file(deps, number, text, media);
    if (!duplicate) return 'stored';
  } catch (error) {
    await forget(deps, media);
    throw error;
  }
  await forget(deps, media);
  return 'known';
}

/** Files that no row names. */
async function forget({ files }: TextIntakeDeps, media: FetchedMedia): Promise<void> {
  for (const { row } of media.files) await files.remove(row.file);
}

async function file(
  { messaging }: TextIntakeDeps,
  number: StoredNumber,
  text: TextIn,
  media: FetchedMedia,
): Promise<{ readonly duplicate: boolean }> {
  // Short codes and names of senders are no numbers, and stay as they are.
  const address = readPhone(text.from)?.e164 ?? text.from;
  const receive = () =>
    messaging.receive({
      inboxId: number.inboxId,
      channel: 'sms',
      providerId: text.sid,
      from: { name: formatPhone(address), address },
      subject: textsOn(number.e164),
      body: bodyOf(text, media),
      conversationId: null,
      find: (tx) => find(tx, number, address, text, media),
      keep: (tx, place) => keep(tx, { number, address, text, media }, place),
    });
  try {
    return await receive();
  } catch (error) {
    // Another first message of the same two numbers was faster: theirs is the conversation.
    if (!violates(error, 'sms_threads_parties')) throw error;
    return await receive();
  }
}

function bodyOf({ body }: TextIn, { missing }: FetchedMedia): string {
  const lines = missing.map((type) => `(A file that came with this text could not be fetched: ${type})`);
  return cutToBytes(cleanText([body, ...lines].filter((line) => line !== '').join('\n')), MAX_BODY).text;
}

async function find(
  tx: Tx,
  number: StoredNumber,
  address: string,
  text: TextIn,
  { files }: FetchedMedia,
): Promise<Continues> {
  return {
    conversationId: (await smsConversation(tx.db, number.id, address)) ?? null,
    // The network answers STOP and HELP; short codes and named senders are machines, and nobody of ours texts himself.
    unanswerable:
      askedBy(text, number) !== undefined ||
      readPhone(address) === undefined ||
      (await numberByE164(tx.db, address)) !== undefined,
    extra: files.length === 0 ? {} : { attachments: files.map(({ shown }) => shown) },
  };
}

interface Kept {
  readonly number: StoredNumber;
  readonly address: string;
  readonly text: TextIn;
  readonly media: FetchedMedia;
}

async function keep(tx: Tx, { number, address, text, media }: Kept, place: KeptPlace): Promise<void> {
  const { conversationId, position } = place;
  const pair = { numberId: number.id, address };
  if ((await smsConversation(tx.db, number.id, address)) === undefined)
    await insertSmsThread(tx, { ...pair, conversationId });
  await insertSmsIn(tx, text.sid, { conversationId, position });
  await noteIncoming(tx, { inboxId: place.inboxId, address, automatic: false });
  await insertAttachments(
    tx,
    media.files.map(({ row }) => ({ ...row, conversationId, position })),
  );
  const asked = askedBy(text, number);
  if (asked?.word === 'stop' || asked?.word === 'start') {
    const state = asked.word === 'stop' ? ('out' as const) : ('in' as const);
    const { source } = asked;
    await recordOptOut(tx, { ...pair, state, source, agentId: null, conversationId, position });
  }
}

/** The provider's word comes first: it is what it acts by itself. */
function askedBy(
  { body, optOutType }: TextIn,
  { tollFree }: StoredNumber,
): { readonly word: OptWord; readonly source: 'provider' | 'keyword' } | undefined {
  if (optOutType !== undefined) {
    const word = ({ STOP: 'stop', START: 'start', HELP: 'help' } as const)[optOutType];
    return { word, source: 'provider' };
  }
  const word = optWord(body, tollFree);
  return word && { word, source: 'keyword' };
}
