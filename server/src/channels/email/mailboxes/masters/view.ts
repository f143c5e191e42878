import type { MasterRow as MasterView } from '@latchbox/shared/http/masters';
import type { MasterRow } from '../../../../database/mailbox-masters.ts';

/** Those that somebody owns, as they are shown; `all`: every one of the same owners. */
export function masterViews(rows: readonly MasterRow[], all: readonly MasterRow[] = rows): MasterView[] {
  const followers = Map.groupBy(all, ({ masterId }) => masterId);
  return rows.flatMap((row) => {
    const { id, address, name, inboxId, inboxName, ownerId, ownerName, masterId } = row;
    if (ownerId === null) return [];
    const owner = { id: ownerId, name: ownerName ?? '' };
    const masterOf = followers.get(id)?.length ?? 0;
    const stands = { status: row.state, since: row.stateAt };
    return [{ id, address, name, inboxId, inboxName, owner, ...stands, masterId, masterOf, set: setBy(row) }];
  });
}

function setBy(row: MasterRow): MasterView['set'] {
  const { masterSetBy: id, masterSetByName: name, masterSetAt: at, ownerId } = row;
  return id === null || at === null ? null : { by: { id, name: name ?? '' }, byOwner: id === ownerId, at };
}
