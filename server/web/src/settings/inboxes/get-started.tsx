import type { InboxDraft } from '@latchbox/client/admin';
import { Link } from '../../app/link.tsx';
import { Blank } from '../../ui/blank.tsx';
import { Loaded } from '../loaded.tsx';
import { settingsPath } from '../place.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { allStored } from './left.ts';
import { draftPath, NEW_PATH } from './steps.ts';

/** Where there is no inbox yet (M1). `begun`: one that somebody has begun. */
export function GetStarted({ begun }: { begun?: InboxDraft | undefined }) {
  return (
    <Blank picture="letter" title="Get started">
      <p>Set up the first inbox: its name, its number, and who answers.</p>
      {begun === undefined ? (
        <Link className="button button-primary" href={NEW_PATH}>
          Set up an inbox
        </Link>
      ) : (
        <Link className="button button-primary" href={draftPath(begun)}>
          {begun.name === '' ? 'Go on with it' : `Go on with ${begun.name}`}
        </Link>
      )}
    </Blank>
  );
}

/** For an admin who is in no inbox: there may be none at all yet, or others answer. */
export function InNoInbox() {
  const { inboxDrafts } = useAdmin();
  const { asked, again } = useAsked('inboxes', async (signal) => {
    await allStored();
    return { inboxes: await inboxDrafts.overview({ signal }), drafts: await inboxDrafts.list({ signal }) };
  });
  return (
    <Loaded asked={asked} what="The inboxes" onRetry={again}>
      {({ inboxes, drafts }) =>
        inboxes.length === 0 ? (
          <GetStarted begun={drafts[0]} />
        ) : (
          <Blank picture="letter" title="You are in no inbox yet">
            <p>
              {inboxes.every(({ waits }) => waits)
                ? 'What there is waits for the carriers; until then only admins see it, in the settings.'
                : 'Add yourself as a member of one; it appears here by itself.'}
            </p>
            <Link className="button button-primary" href={settingsPath('inboxes')}>
              Shared inboxes
            </Link>
          </Blank>
        )
      }
    </Loaded>
  );
}
