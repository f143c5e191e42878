/** What the demo needs of texting: a number, and customers' texts at times that have passed. */
import type { Database } from '../../database/database.ts';
import { numberByE164 } from '../../database/texting/numbers.ts';
import { smsConversation } from '../../database/texting/threads.ts';
import { blockKey } from './carrier/messages.ts';
import { createCarrierStore } from './carrier/store.ts';
import { type DemoCall, tellCall } from '../voice/demo-calls.ts';
import { receiveText } from './in/intake.ts';
import { createSms, type SmsDeps } from './sms.ts';

type Deps = Omit<SmsDeps, 'db' | 'messaging'> & {
  readonly messagingOn: (db: Database) => SmsDeps['messaging'];
};

/** The carrier's side of a text that came in, so that its phone shows it. */
async function showOnPhone(db: Database, text: { sid: string; from: string; to: string; body: string }) {
  const { sid, ...rest } = text;
  const nothing = { errorCode: null, media: [], statusCallback: null, next: [] };
  const data = { ...rest, ...nothing, direction: 'inbound', status: 'received' } as const;
  await createCarrierStore(db).put('message', { sid, key: blockKey(text.to, text.from) }, data);
}

/** Always with the carrier in this process: nothing of the demo leaves this machine. */
export function createDemoTexts({ messagingOn, ...deps }: Deps) {
  const smsOn = (db: Database) => createSms({ ...deps, db, messaging: messagingOn(db), provider: undefined });
  return {
    channelOn: (db: Database) => smsOn(db).channel,

    textsOn: (db: Database) => ({
      async write({ sid, from, to, body }: { sid: string; from: string; to: string; body: string }) {
        const fetchMedia = () => Promise.reject(new Error('the texts of the demo have no files'));
        const text = { sid, from, to, body, media: [], optOutType: undefined };
        await showOnPhone(db, { sid, from, to, body });
        await receiveText({ ...deps, db, messaging: messagingOn(db), fetchMedia }, text);
        const number = await numberByE164(db.read, to);
        const filed = number && (await smsConversation(db.read, number.id, from));
        if (filed === undefined) throw new Error(`the demo's text ${sid} was filed nowhere`);
        return filed;
      },
      call: (call: DemoCall) => tellCall({ ...deps, db, messaging: messagingOn(db) }, call),
    }),

    async giveNumber(db: Database, agentId: string, inboxId: string, e164: string): Promise<void> {
      if ((await numberByE164(db.read, e164)) !== undefined) return;
      await smsOn(db).numbers.buy({ agentId }, inboxId, e164);
    },
  };
}
