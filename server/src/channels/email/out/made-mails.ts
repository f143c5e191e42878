import type { Database, Tx } from '../../../database/database.ts';
import { rememberMailIds } from '../../../database/mail-in.ts';
import { wantSentCopy } from '../../../database/mailbox-copies.ts';
import { insertMailOut } from '../../../database/mail-out.ts';
import { createBatcher } from '../../../lib/batcher.ts';
import { nextTurn } from '../../../lib/next-turn.ts';

type MailRow = Parameters<typeof insertMailOut>[1];

/** A mail that was made, before it goes anywhere. */
export interface MadeMail {
  readonly row: MailRow;
  readonly messageId: string;
  /** The address in From. */
  readonly from: string;
}

/** Keeps mails that were made. Those that are made at the same time share a commit: the disk is waited for once. */
export interface MadeMails {
  /** Makes one and keeps it. `first`: nobody had made it before; otherwise that one stands, and nothing was written. */
  keep<M extends MadeMail>(make: () => Promise<M>): Promise<{ readonly made: M; readonly first: boolean }>;
}

interface Waiting {
  readonly mail: MadeMail;
  readonly done: (first: boolean) => void;
  readonly failed: (error: unknown) => void;
}

const MOST = 50;
/** So often the others that are being made are waited for: a large file among them holds nobody up for long. */
const TURNS = 50;

export function createMadeMails(db: Database): MadeMails {
  let making = 0;

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      // Missing after a power cut, it is made again, with the same id.
      const firsts = await db.inTransaction(async (tx) => {
        const results: boolean[] = [];
        for (const { mail } of batch) results.push(await insert(tx, mail));
        return results;
      }, 'soon');
      batch.forEach(({ done }, at) => done(firsts[at] ?? false));
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }

  const batcher = createBatcher<Waiting>(MOST, write, async (waiting) => {
    for (let turn = 0; turn < TURNS && making > 0 && waiting() < MOST; turn += 1) await nextTurn();
  });

  return {
    async keep(make) {
      making += 1;
      const made = await make().finally(() => (making -= 1));
      const first = await new Promise<boolean>((done, failed) => {
        batcher.add({ mail: made, done, failed });
      });
      return { made, first };
    },
  };
}

async function insert(tx: Tx, { row, messageId, from }: MadeMail): Promise<boolean> {
  const { id: mailId, conversationId, position } = row;
  if (!(await insertMailOut(tx, row))) return false;
  await rememberMailIds(tx, conversationId, { messageId, position }, []);
  await wantSentCopy(tx, from, { mailId, conversationId, position });
  return true;
}
