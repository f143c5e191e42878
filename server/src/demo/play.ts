import { createHash } from 'node:crypto';
import { MAX_ATTACHMENT_BYTES } from '@latchbox/shared';
import { attachmentById, insertAttachments } from '../database/attachments.ts';
import { newestPosition } from '../database/conversation-writes.ts';
import type { Database } from '../database/database.ts';
import { conversationsByMailIds } from '../database/mail-in.ts';
import { insideTransaction } from '../database/with-time.ts';
import type { FileStore } from '../files/file-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Author, Messaging, SendDoor } from '../messaging/api.ts';
import type { Channel } from '../messaging/delivery/channel.ts';
import { createMessaging } from '../messaging/messaging.ts';
import { createOutboxWorker, type OutboxWorker } from '../messaging/delivery/outbox-worker.ts';
import { createSendDoor } from '../messaging/sending/send.ts';
import type { DemoStep } from './history.ts';
import { threadOf } from './mail/thread.ts';
import { writeMail } from './mail/write-mail.ts';
import { type DemoPeople, of } from './people.ts';
import { DEMO_NUMBER } from './shop/index.ts';
import type { MailStyle } from './shop/mail-styles.ts';

/** The way in for mails: the same as behind the SMTP port. */
export interface MailIn {
  accept(mail: {
    readonly raw: Buffer;
    readonly sender: string;
    readonly recipients: readonly string[];
  }): Promise<readonly { readonly conversationId: string }[]>;
}

/** The way in for texts: the same as behind the provider's calls. */
export interface TextsIn {
  /** Answers the conversation. */
  write(text: {
    readonly sid: string;
    readonly from: string;
    readonly to: string;
    readonly body: string;
  }): Promise<string>;
  /** A call that is over, with what was left after the tone. */
  call(call: {
    readonly sid: string;
    readonly from: string;
    readonly to: string;
    readonly taken: { readonly agentId: string; readonly seconds: number } | undefined;
    readonly voicemail: { readonly seconds: number; readonly words: string } | undefined;
  }): Promise<void>;
}

export interface PlayDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The channels by which replies leave, on the given database: deliveries are dated, too. */
  readonly channelsOn: (db: Database) => readonly Channel[];
  readonly mailOn: (db: Database) => MailIn;
  /** Undefined: nobody texts. */
  readonly textsOn: ((db: Database) => TextsIn) | undefined;
  readonly files: Pick<FileStore, 'write' | 'remove'>;
}

/** Steps that share a commit: about 20 ms of work, so that nobody else waits for long. */
const TOGETHER = 8;

/**
 * Lets the steps happen, in their order and at their times, through the same doors as everything else: messages are received,
 * replies pass the send door and leave through the outbox. Steps that happened already (a process died half-way) change
 * nothing.
 */
export async function play(deps: PlayDeps, people: DemoPeople, steps: readonly DemoStep[]): Promise<void> {
  const conversations = new Map<string, string>();
  for (let from = 0; from < steps.length; from += TOGETHER) {
    await deps.db.inTransaction(async (tx) => {
      let now = 0;
      const past: Clock = {
        now: () => now,
        monotonic: () => deps.clock.monotonic(),
        setTimer: (ms, fire) => deps.clock.setTimer(ms, fire),
      };
      const stage = setStage(deps, people, conversations, insideTransaction(tx, past), past);
      for (const step of steps.slice(from, from + TOGETHER)) {
        now = step.at;
        await act(stage, step);
      }
    });
  }
}

interface Stage {
  readonly db: Database;
  readonly messaging: Messaging;
  readonly door: SendDoor;
  readonly outbox: OutboxWorker;
  readonly mail: MailIn;
  readonly texts: TextsIn | undefined;
  readonly files: PlayDeps['files'];
  readonly people: DemoPeople;
  /** Ids of the conversations by their keys. */
  readonly conversations: Map<string, string>;
}

function setStage(
  { log, channelsOn, mailOn, textsOn, files }: PlayDeps,
  people: DemoPeople,
  conversations: Map<string, string>,
  db: Database,
  clock: Clock,
): Stage {
  // Nobody listens yet, and nobody asks for cursors.
  const deps = { db, wake: () => undefined, logEpoch: '' };
  const messaging = createMessaging(deps);
  const door = createSendDoor({
    ...deps,
    // The worker is driven below: every reply leaves at the time it was written.
    poke: () => undefined,
    endLock: () => Promise.resolve(false),
    activity: () => undefined,
  });
  const outbox = createOutboxWorker({ ...deps, clock, log, channels: channelsOn(db), random: () => 0 });
  return {
    db,
    messaging,
    door,
    outbox,
    mail: mailOn(db),
    texts: textsOn?.(db),
    files,
    people,
    conversations,
  };
}

async function act(stage: Stage, step: DemoStep): Promise<void> {
  const { messaging, door, people, conversations } = stage;
  const { id: clientId } = step;
  if (step.did === 'wrote') {
    conversations.set(step.in, await write(stage, step));
    return;
  }
  if (step.did === 'called') return await call(stage, step);
  const author: Author = of(people.agents, step.by);
  const conversationId = of(conversations, step.in);
  switch (step.did) {
    case 'replied':
      await door.sendOnce(author, {
        conversationId,
        clientId,
        lastSeen: undefined,
        body: step.body,
        attachments: await uploadFiles(stage, step),
        then: step.then,
      });
      return await stage.outbox.drain();
    case 'noted':
      await messaging.addNote(author, { conversationId, clientId, body: step.body });
      return;
    case 'assigned':
      return await messaging.assign(author, {
        conversationId,
        assigneeId: of(people.agents, step.to).agentId,
      });
    case 'archived':
      return await messaging.setStatus(author, { conversationId, status: 'archived' });
    case 'read': {
      const read = (await newestPosition(stage.db.read, conversationId)) ?? 0;
      return await messaging.mark(author, { conversationId, read });
    }
  }
}

type Wrote = Extract<DemoStep, { did: 'wrote' }>;

/** A customer writes: on the customer page, or a mail. Answers the conversation. */
async function write(stage: Stage, step: Wrote): Promise<string> {
  const { messaging, people, conversations } = stage;
  if (step.style === 'text') {
    const { id: sid, customer, body } = step;
    if (stage.texts === undefined) throw new Error('the demo has nobody who takes texts in');
    return await stage.texts.write({ sid, from: customer.address, to: DEMO_NUMBER, body });
  }
  if (step.style !== undefined) return await writeByMail(stage, step, step.style);
  const { conversationId } = await messaging.receive({
    inboxId: of(people.inboxes, step.inbox).id,
    channel: 'simulator',
    providerId: step.id,
    from: step.customer,
    subject: step.subject,
    body: step.body,
    conversationId: conversations.get(step.in) ?? null,
  });
  return conversationId;
}

async function call(
  { texts, people }: Stage,
  { id: sid, call: { from, taken, voicemail } }: Extract<DemoStep, { did: 'called' }>,
): Promise<void> {
  await texts?.call({
    sid,
    from,
    to: DEMO_NUMBER,
    taken: taken && { agentId: of(people.agents, taken.by).agentId, seconds: taken.seconds },
    voicemail,
  });
}

async function writeByMail(stage: Stage, step: Wrote, style: MailStyle): Promise<string> {
  const { db, mail, people, conversations } = stage;
  const { customer, subject, body, files, at } = step;
  const id = `${step.id}@${customer.address.slice(customer.address.indexOf('@') + 1)}`;
  // At a second try it may say another time, and would be another mail.
  const [known] = await conversationsByMailIds(db.read, [id]);
  if (known !== undefined) return known.conversationId;
  const inbox = of(people.inboxes, step.inbox);
  const to = { name: inbox.name, address: inbox.address };
  const { before, answers } = await threadOf(db, conversations.get(step.in), customer);
  const raw = await writeMail({
    id,
    from: customer,
    to,
    subject,
    at,
    text: body,
    style,
    files,
    before,
    answers,
  });
  const [filed] = await mail.accept({ raw, sender: customer.address, recipients: [to.address] });
  if (filed === undefined) throw new Error(`the demo's mail ${step.id} was filed nowhere`);
  return filed.conversationId;
}

/** Ids of an agent's files are made from the step, so that a second try asks for the same ones. */
async function uploadFiles(
  { db, files, people }: Stage,
  step: Extract<DemoStep, { did: 'replied' }>,
): Promise<string[]> {
  const ids: string[] = [];
  for (const [place, { name, type, content }] of step.files.entries()) {
    const id = `att_${createHash('sha256').update(`${step.id} ${place}`).digest('base64url').slice(0, 22)}`;
    ids.push(id);
    if ((await attachmentById(db.read, id)) !== undefined) continue;
    const stored = await files.write([content()], { max: MAX_ATTACHMENT_BYTES });
    const { agentId } = of(people.agents, step.by);
    const row = {
      id,
      agentId,
      conversationId: null,
      position: null,
      name,
      type,
      contentId: null,
      inline: false,
    };
    await db.inTransaction((tx) => insertAttachments(tx, [{ ...row, ...stored }]));
  }
  return ids;
}
