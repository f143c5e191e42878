/** Two servers share mailboxes: when the one that receives for one of them dies or stands still, the other goes on where it stopped. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import { standStill } from '../tools/stand-still.ts';
import { type Patch, type SourceCopy, copySources } from '../tools/source-copy.ts';
import { MAIL, type MailboxStage, mailOf, startMailboxStage } from './mailbox-stage.ts';

const HELP = 'help@shop.example';
const ORDERS = 'orders@shop.example';
const IMAP = 'server/src/channels/email/in/imap';

/** As in the product a claim outlives two renewals that fail, but not for half a minute. */
const CLAIM = 3_000;
const LOOK = 500;
const SHORT_CLAIMS: readonly Patch[] = [
  {
    name: 'short claims',
    file: `${IMAP}/mailbox-run.ts`,
    find: 'const CLAIM = 30_000;',
    replace: `const CLAIM = ${CLAIM};`,
  },
  {
    name: 'quick renewals',
    file: `${IMAP}/mailbox-run.ts`,
    find: 'const RENEW = 10_000;',
    replace: 'const RENEW = 1_000;',
  },
  {
    name: 'quick looks',
    file: `${IMAP}/receiver.ts`,
    find: 'const LOOK = 5_000;',
    replace: `const LOOK = ${LOOK};`,
  },
];

interface Claim {
  readonly pid: number;
  readonly no: number;
  readonly deadline: number;
}

let sources: SourceCopy;
let stage: MailboxStage;

beforeAll(async () => {
  sources = await copySources(SHORT_CLAIMS);
  stage = await startMailboxStage(['help', 'orders'], [HELP, ORDERS], { servers: 2, sources: sources.top });
}, 60_000);
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await sources[Symbol.asyncDispose]();
});

function claimOf(address: string): Claim {
  const [claim] = stage.world.rows<Claim>(
    `SELECT pid, claim_no AS no, claim_deadline AS deadline
       FROM mailboxes JOIN instances ON instances.id = claimed_by WHERE address = ?`,
    address,
  );
  if (claim === undefined) throw new Error(`nobody receives for ${address}`);
  return claim;
}

/** The server that receives for a mailbox. */
const holderOf = (address: string) =>
  stage.world.servers.find(({ pid }) => pid === claimOf(address).pid) ?? stage.world.server();

/** What is stored of the mails whose subject begins with this word: subject → how many. */
function stored(word: string): Map<string, number> {
  const rows = stage.world.rows<{ subject: string; n: number }>(
    'SELECT subject, count(*) AS n FROM conversations WHERE subject LIKE ? GROUP BY subject',
    `${word} %`,
  );
  return new Map(rows.map(({ subject, n }) => [subject, n]));
}

const write = (address: string, subject: string) =>
  stage.provider.append(address, 'INBOX', mailOf({ to: address, subject }));

/** Mails come all the time, into both mailboxes; in the middle of them, when `least` are stored, `breaks` happens to a server. */
async function mailComes(word: string, least: number, breaks: () => Promise<void>): Promise<void> {
  const subjects = Array.from({ length: 24 }, (_, at) => `${word} ${at}`);
  for (const [at, subject] of subjects.entries()) {
    await write(at % 2 === 0 ? HELP : ORDERS, subject);
    if (at !== 9) continue;
    await eventually('some are there', () => stored(word).size >= least, MAIL);
    await breaks();
  }
  await eventually('all are there', () => stored(word).size === subjects.length, MAIL, 50);
  expect([...stored(word)].filter(([, times]) => times !== 1)).toEqual([]);
}

test('I15: a server that is killed hands its mailboxes on within its claim, and no mail is lost or stored twice', {
  timeout: 120_000,
}, async () => {
  await stage.connect('help', HELP);
  await stage.connect('orders', ORDERS);
  const killed = holderOf(HELP);
  const other = stage.world.servers.find((server) => server !== killed);
  let before = claimOf(HELP);
  await mailComes('Killed', 1, async () => {
    await killed.kill9();
    before = claimOf(HELP);
  });
  const after = await eventually('the other one receives', () => {
    const claim = claimOf(HELP);
    return claim.pid === other?.pid && claim;
  });
  // Claimed once, when the claim of the dead one was over and not before.
  expect(after.no).toBe(before.no + 1);
  expect(after.deadline).toBeGreaterThanOrEqual(before.deadline + CLAIM);
  expect(claimOf(ORDERS).pid).toBe(other?.pid);
  await killed.restart();
});

test('I15: a server that stood still while its claim ran out stores nothing of what the other one has taken over', {
  timeout: 120_000,
}, async () => {
  const still = holderOf(HELP);
  const { pid, no } = claimOf(HELP);
  // All are stored, so that what is written now is hardly more than claims.
  await mailComes('Stood still', 10, async () => {
    await standStill(still, stage.world.database);
    await eventually('the other one receives', () => claimOf(HELP).pid !== pid, CLAIM + LOOK + MAIL);
    expect(claimOf(HELP).no).toBe(no + 1);
    still.sigcont();
  });
  // What it may have had in hand is over, too: one more of each comes once.
  await mailComes('Awake', 0, () => Promise.resolve());
  const mails = stage.world.rows<{ n: number }>(
    "SELECT count(*) AS n FROM mailbox_mails WHERE outcome = 'filed'",
  );
  expect(mails).toEqual([{ n: 3 * 24 }]);
});
