/** Inboxes that are set up step by step (M1), and what became of them. */
import { peopleOfTeam } from '../database/directory/members.ts';
import { dueDrafts, openDrafts } from '../database/inbox-drafts.ts';
import type { Actor } from '../directory/api.ts';
import { readAsAdmin } from '../directory/inbox-access.ts';
import { createLoop } from '../lib/loop.ts';
import type { InboxDraftDeps, InboxDrafts } from './api.ts';
import { beginDraft, changeDraft, dropDraft, known } from './change.ts';
import { confirmDraft, resumeDraft } from './confirm.ts';
import { overviewOf } from './overview.ts';
import { shownDraft } from './view.ts';

/** Ms between two looks for drafts that a server has left in the middle. */
const EVERY = 1_000;
const BATCH = 10;

export function createInboxDrafts(deps: InboxDraftDeps): InboxDrafts {
  const { db, log } = deps;
  const texting = deps.numbers !== undefined;
  const show = async (id: string) =>
    await db.readTogether(async (read) => await shownDraft(read, await known(read, id), texting));
  const asAdmin = (actor: Actor) => readAsAdmin(deps, actor);
  const loop = createLoop({
    ...deps,
    every: EVERY,
    what: 'Inboxes that are being created were not looked for; the next look comes',
    look: async () => {
      for (const id of await dueDrafts(db.read, await db.now(), BATCH)) {
        await resumeDraft(deps, id).catch((error: unknown) =>
          log.error('An inbox could not be created; the next look tries again', {
            draftId: id,
            error: String(error),
          }),
        );
      }
    },
  });
  return {
    async list(actor) {
      await asAdmin(actor);
      return await db.readTogether(async (read) => {
        const drafts = [];
        for (const draft of await openDrafts(read)) drafts.push(await shownDraft(read, draft, texting));
        return drafts;
      });
    },
    async get(actor, id) {
      await asAdmin(actor);
      return await show(id);
    },
    begin: async (actor, fields) => await show((await beginDraft(deps, actor, fields)).id),
    change: async (actor, id, revision, fields) =>
      await show((await changeDraft(deps, actor, { id, revision }, fields)).id),
    async candidates(actor, id) {
      await asAdmin(actor);
      const { teamId } = await known(db.read, id);
      const people = teamId === null ? [] : await peopleOfTeam(db.read, teamId);
      return people.map(({ id: agentId, name }) => ({ id: agentId, name }));
    },
    remove: (actor, id) => dropDraft(deps, actor, id),
    async confirm(actor, id) {
      await confirmDraft(deps, actor, id);
      return await show(id);
    },
    async overview(actor) {
      await asAdmin(actor);
      return await db.readTogether(overviewOf);
    },
    start: () => loop.start(),
    stop: () => loop.stop(),
  };
}
