import type { InboxDraft } from '@latchbox/client/admin';
import { useEffect } from 'react';
import { Link } from '../../app/link.tsx';
import { placePath } from '../../app/place.ts';
import { useClient } from '../../app/client.ts';
import { useReadable } from '../../lib/use-readable.ts';
import { Page } from '../page.tsx';
import { settingsPath } from '../place.ts';
import { focusOnHeading } from './left.ts';

/** The inbox is there: what comes next. */
export function Created({ draft }: { draft: InboxDraft }) {
  const { name, inboxId, teamId, waits, number } = draft;
  const inboxes = useReadable(useClient().inboxes);
  // The button that did it is gone.
  useEffect(() => focusOnHeading(), []);
  if (inboxId === null || teamId === null) return null;
  const mine = inboxes.some(({ id }) => id === inboxId);
  const view = { name: 'inbox', inboxId, status: 'open' } as const;
  return (
    <Page
      title={`${name} is there`}
      lede={
        waits
          ? 'It waits for the registration of its team: until then only admins see it, nothing can be sent, and nobody can be added. Every admin gets a mail when it is registered.'
          : number === null
            ? 'Its members see it now.'
            : `It has the number ${number.shown}, and its members see it now.`
      }
    >
      <div className="wizard-created">
        {waits ? (
          <Link className="button button-primary" href={settingsPath('registrations', teamId)}>
            Register the team
          </Link>
        ) : mine ? (
          <Link className="button button-primary" href={placePath({ view, conversationId: null })}>
            Open it
          </Link>
        ) : (
          <Link className="button button-primary" href={settingsPath('members', inboxId)}>
            Add members
          </Link>
        )}
        <Link className="button button-plain" href={settingsPath('inboxes')}>
          All shared inboxes
        </Link>
      </div>
    </Page>
  );
}
