/** Takes registrations further: due rows, each claimed by compare-and-set, so that any number of servers may look. */
import type { Database } from '../../../database/database.ts';
import type { Wake } from '../../../database/event-log.ts';
import { changeCampaign, dueCampaigns, type StoredCampaign } from '../../../database/texting/campaigns.ts';
import { campaignNumbers, setRegistration } from '../../../database/texting/numbers.ts';
import type { Log } from '../../../lib/log.ts';
import { tellingMembers } from '../admin/waiting.ts';
import { ProviderRefusal } from '../provider/errors.ts';
import type { Provider } from '../provider/provider.ts';
import { announce } from './news.ts';
import { nextStep, type Step } from './steps.ts';

export interface CampaignJobDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly provider: Provider;
  readonly log: Log;
  /** Where admins open the page; undefined: nobody said. */
  readonly pageUrl?: string | undefined;
  /** Ms between two questions whether the carriers have decided. */
  readonly pollEvery: number;
}

const BATCH = 10;
/** Ms after which a step whose server died is taken by another one. */
const CLAIMED_FOR = 60_000;
/** Ms before a step is tried again that could not be done, and the longest that this grows to. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 600_000;

/** One look: does the due steps, and those that follow at once. */
export async function stepCampaigns(deps: CampaignJobDeps): Promise<void> {
  const { db } = deps;
  for (;;) {
    const due = await dueCampaigns(db.read, await db.now(), BATCH);
    for (const campaign of due) await stepOne(deps, campaign);
    if (due.length === 0) return;
  }
}

async function stepOne(deps: CampaignJobDeps, due: StoredCampaign): Promise<void> {
  const { db, provider, log, pollEvery } = deps;
  const claimed = await db.inTransaction((tx) => changeCampaign(tx, due, { dueAt: tx.now + CLAIMED_FOR }));
  if (claimed === undefined) return;
  let step: Step;
  try {
    step =
      claimed.state === 'registered' ? await takeNumbersIn(deps, claimed) : await nextStep(provider, claimed);
  } catch (error) {
    const { teamId, attempts } = claimed;
    log.warn('A registration could not be taken further; it is tried again', {
      teamId,
      error: String(error),
    });
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempts, 20));
    await db.inTransaction((tx) =>
      changeCampaign(tx, claimed, { dueAt: tx.now + wait, attempts: attempts + 1 }),
    );
    return;
  }
  const { change, next } = step;
  const wait = next === 'later' ? pollEvery : 0;
  await db.inTransaction(async (tx) => {
    // Its numbers have been taken in by now, so that what the news invites to can be done.
    const registered = claimed.state === 'registered' && claimed.announcedAt === null;
    const told = registered ? { announcedAt: tx.now } : {};
    const dueAt = next === 'none' ? null : tx.now + wait;
    const changed = await changeCampaign(tx, claimed, { ...change, ...told, attempts: 0, dueAt });
    if (changed === undefined) return;
    if (registered || changed.state === 'rejected') await announce(tx, deps, changed);
  });
}

/** A registered campaign takes in the numbers that wait for it; only then do the carriers let them send. */
async function takeNumbersIn(
  { db, wake, provider, log }: CampaignJobDeps,
  { teamId, serviceSid }: StoredCampaign,
): Promise<Step> {
  if (serviceSid === null) throw new Error('a registered campaign has no service');
  for (const { id, inboxId, e164, providerSid, registration } of await campaignNumbers(db.read, teamId)) {
    if (registration === 'ready') continue;
    await db.inTransaction((tx) => setRegistration(tx, id, 'pending'));
    try {
      await provider.addToService(serviceSid, providerSid);
    } catch (error) {
      // One number that is not wanted keeps the others from nothing.
      if (!(error instanceof ProviderRefusal)) throw error;
      log.warn('A number was not taken into its campaign', { number: e164, reason: error.sentence });
      await db.inTransaction((tx) => setRegistration(tx, id, 'unassigned'));
      continue;
    }
    await db.inTransaction((tx) => tellingMembers(tx, wake, inboxId, () => setRegistration(tx, id, 'ready')));
  }
  return { change: {}, next: 'none' };
}
