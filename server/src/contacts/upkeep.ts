/** What is done for contacts in the background besides imports: conversations follow, texts go whose time has come. */
import { nextChores } from '../database/contacts/following.ts';
import { brokenOff } from '../database/contacts/imports.ts';
import { setNameKey, unkeyedContacts } from '../database/contacts/writes.ts';
import { createLoop, type Loop } from '../lib/loop.ts';
import type { ContactsDeps } from './deps.ts';
import { eraseSome, letGo } from './erase.ts';
import { followSome } from './follow.ts';
import { forget } from './import/imports.ts';

const CHORES = 20;
/** Ms after which a file that is being read was left by a server that died. */
const LEFT = 600_000;
const NAMES_AT_ONCE = 100;

/** Every server with the role `worker` looks; of two that do the same, one finds it done. */
export function createUpkeep(deps: ContactsDeps & { readonly every: number }): Loop {
  let named = false;
  return createLoop({
    ...deps,
    firstAfter: deps.every,
    what: 'Contacts were not looked after; the next look comes',
    async look(isOver) {
      if (!named) await nameAll(deps, isOver);
      named = true;
      for (const chore of await nextChores(deps.db.read, CHORES)) {
        if (chore.kind === 'erase')
          for (let now = chore; !isOver(); ) {
            const next = await eraseSome(deps, now);
            if (next === undefined) break;
            now = next;
          }
        else await followAll(deps, chore.contactId, isOver);
      }
      await letGo(deps, isOver);
      for (const id of await brokenOff(deps.db.read, (await deps.db.now()) - LEFT)) await forget(deps, id);
    },
  });
}

async function followAll(deps: ContactsDeps, contactId: string, isOver: () => boolean): Promise<void> {
  for (let goesOn = true; goesOn && !isOver(); ) {
    const chore = (await nextChores(deps.db.read, CHORES)).find(
      (one) => one.kind === 'tell' && one.contactId === contactId,
    );
    goesOn =
      chore !== undefined && (await deps.db.inTransaction((tx) => followSome(tx, deps, chore), 'soon'));
  }
}

/** Names of contacts from before they had a key: they are found by it. */
async function nameAll({ db }: ContactsDeps, isOver: () => boolean): Promise<void> {
  for (let after = ''; !isOver(); ) {
    const some = await unkeyedContacts(db.read, after, NAMES_AT_ONCE);
    const last = some.at(-1);
    if (last === undefined) return;
    await db.inTransaction(async (tx) => {
      for (const { id, name } of some) await setNameKey(tx, id, name);
    }, 'soon');
    after = last.id;
  }
}
