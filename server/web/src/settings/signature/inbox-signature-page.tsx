import type { InboxRecord } from '@latchbox/client/admin';
import { Loaded } from '../loaded.tsx';
import { ManagedInbox } from '../managed-inbox.tsx';
import { Page } from '../page.tsx';
import type { SettingsPageProps } from '../pages.ts';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';
import { SignatureForm } from './signature-form.tsx';

/** The signature of an inbox, for those who have none of their own (T13). */
export function InboxSignaturePage({ rest }: SettingsPageProps) {
  return (
    <Page
      title="Signatures"
      lede="Stands below the replies of an inbox whose author has no signature of their own."
    >
      <ManagedInbox page="signatures" rest={rest}>
        {(inbox) => <OfInbox inbox={inbox} />}
      </ManagedInbox>
    </Page>
  );
}

function OfInbox({ inbox }: { inbox: InboxRecord }) {
  const { signatures } = useAdmin();
  const { asked, again, put } = useAsked(inbox.id, (signal) => signatures.ofInbox(inbox.id, { signal }));
  return (
    <Loaded asked={asked} what="The signature" onRetry={again}>
      {(signature) => (
        <SignatureForm
          signature={signature}
          without={`${inbox.name} has none.`}
          writer="a colleague"
          onSave={(body) => signatures.setOfInbox(inbox.id, { body, html: null })}
          onRemove={() => signatures.removeOfInbox(inbox.id)}
          onChanged={put}
        />
      )}
    </Loaded>
  );
}
