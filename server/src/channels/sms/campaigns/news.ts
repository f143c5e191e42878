/** Tells admins, in the page and by mail, what the carriers decided (M4). */
import type { Notification } from '@latchbox/shared';
import type { Tx } from '../../../database/database.ts';
import { teamById } from '../../../database/directory/members.ts';
import type { Wake } from '../../../database/event-log.ts';
import type { StoredCampaign } from '../../../database/texting/campaigns.ts';
import { type NoticeMail, notifyAdmins } from '../../../notices/notify.ts';

export interface NewsDeps {
  readonly wake: Wake;
  /** Where admins open the page; undefined: nobody said. */
  readonly pageUrl?: string | undefined;
}

/** Appends to the admins' streams: the last thing in its transaction. */
export async function announce(
  tx: Tx,
  deps: NewsDeps,
  { teamId, state, reason }: Pick<StoredCampaign, 'teamId' | 'state' | 'reason'>,
): Promise<void> {
  const team = (await teamById(tx.db, teamId))?.name ?? '';
  const at =
    deps.pageUrl === undefined
      ? ''
      : `\n\n${deps.pageUrl.replace(/\/+$/, '')}/settings/registrations/${teamId}`;
  const told =
    state === 'registered' ? registered(teamId, team, at) : rejected(teamId, team, reason ?? '', at);
  await notifyAdmins(tx, deps, told);
}

interface News {
  readonly notification: Notification;
  readonly mail: NoticeMail;
}

function registered(teamId: string, team: string, at: string): News {
  return {
    notification: { kind: 'campaign_registered', teamId, team },
    mail: {
      subject: `${team} can send texts now`,
      body: `The carriers have registered ${team}. Its texting inboxes can send from now on, and members can be added to them: everybody you add sees the inbox at once.${at}`,
    },
  };
}

function rejected(teamId: string, team: string, reason: string, at: string): News {
  return {
    notification: { kind: 'campaign_rejected', teamId, team, reason },
    mail: {
      subject: `The carriers rejected the registration of ${team}`,
      body: `They say: ${reason}\n\nUntil it is registered, the texting inboxes of ${team} cannot send, and nobody but admins sees them. Put right what they name, and hand it in again.${at}`,
    },
  };
}
