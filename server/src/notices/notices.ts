/** Hands notices to the mail server: due rows, each claimed by one of the servers. */
import type { Database } from '../database/database.ts';
import { claimNotice, type DueNotice, dueNotices, endNotice, type NoticeEnd } from '../database/notices.ts';
import { forgetNotifications } from '../database/notifications.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { createLoop } from '../lib/loop.ts';
import type { DeliveryAnswer } from '../messaging/delivery/channel.ts';

/** A notice as it is put into a mail. */
export interface NoticeLetter extends Pick<DueNotice, 'id' | 'subject' | 'body' | 'name' | 'createdAt'> {
  readonly to: string;
}

/** Hands one over. The same notice makes the same mail under the same id. Throws when nobody can know whether it was taken. */
export type HandNotice = (letter: NoticeLetter, signal: AbortSignal) => Promise<DeliveryAnswer>;

export interface NoticesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined: there is no mail server to hand mail to. */
  readonly hand: HandNotice | undefined;
}

export interface Notices {
  /** Whether mail to our own people leaves at all. Where it does not, whoever makes a link shows it to who asked for it. */
  readonly leaves: boolean;
  start(): void;
  poke(): void;
  stop(): Promise<void>;
  /** One look now. */
  look(): Promise<void>;
}

/** Ms between two looks. */
const EVERY = 1_000;
const BATCH = 20;
/** Ms that a claim lasts: longer than a mail server may take. */
const CLAIMED_FOR = 90_000;
/** Ms before the second attempt; it doubles to the longest. About a day in all. */
const FIRST_WAIT = 30_000;
const LONGEST_WAIT = 4 * 3_600_000;
const MOST_ATTEMPTS = 16;

/** Ms between two looks for what is old, and how old (ms) that is. */
const FORGET_EVERY = 3_600_000;
const KEPT_FOR = 90 * 86_400_000;
const FORGET_BATCH = 500;

export function createNotices(deps: NoticesDeps): Notices {
  const { hand } = deps;
  const sender = createLoop({
    ...deps,
    every: EVERY,
    what: 'Notices could not be sent; the next look comes',
    look: async (isOver) => {
      while (!isOver() && (await sendSome(deps)) === BATCH);
    },
  });
  const forgetter = createLoop({
    ...deps,
    every: FORGET_EVERY,
    firstAfter: EVERY,
    what: 'Old notifications could not be forgotten',
    look: async (isOver) => {
      while (!isOver() && (await forgetSome(deps)) === FORGET_BATCH);
    },
  });
  return {
    leaves: hand !== undefined,
    start() {
      sender.start();
      forgetter.start();
    },
    poke: () => sender.poke(),
    look: () => sender.look(),
    stop: async () => {
      await Promise.all([sender.stop(), forgetter.stop()]);
    },
  };
}

function forgetSome({ db }: NoticesDeps): Promise<number> {
  return db.inTransaction((tx) => forgetNotifications(tx, tx.now - KEPT_FOR, FORGET_BATCH));
}

async function sendSome(deps: NoticesDeps): Promise<number> {
  const { db } = deps;
  const due = await dueNotices(db.read, await db.now(), BATCH);
  for (const notice of due) await sendOne(deps, notice);
  return due.length;
}

async function sendOne(deps: NoticesDeps, notice: DueNotice): Promise<void> {
  const { db } = deps;
  const claimNo = await db.inTransaction((tx) => claimNotice(tx, notice, CLAIMED_FOR));
  if (claimNo === undefined) return;
  const end = await handOver(deps, notice);
  await db.inTransaction((tx) => endNotice(tx, { id: notice.id, claimNo }, end));
}

async function handOver({ hand, clock, log }: NoticesDeps, notice: DueNotice): Promise<NoticeEnd> {
  const { id, to, attempts, subject } = notice;
  const giveUp = (problem: string): NoticeEnd => {
    log.warn('A notice was given up', { noticeId: id, subject, problem });
    return { state: 'given up', problem };
  };
  if (hand === undefined) return giveUp('there is no SMTP_URL to send mail by');
  if (to === null) return giveUp('there is no address to send it to');
  const later = (problem: string): NoticeEnd =>
    attempts + 1 >= MOST_ATTEMPTS
      ? giveUp(problem)
      : { state: 'later', in: Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempts), problem };
  const abort = new AbortController();
  const cancel = clock.setTimer(CLAIMED_FOR, () => abort.abort());
  try {
    const answer = await hand({ ...notice, to }, abort.signal);
    if (answer.status === 'accepted') return { state: 'sent' };
    return answer.status === 'refused' ? giveUp(answer.reason) : later(answer.reason);
  } catch (error) {
    // It may have left: the same mail under the same id is the lesser evil.
    return later(String(error));
  } finally {
    cancel();
  }
}
