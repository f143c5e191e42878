import type { ContactDetail } from '@latchbox/client/admin';
import { Link } from '../../app/link.tsx';
import { placePath } from '../../app/place.ts';
import { dayTime } from '../../lib/time-words.ts';
import { Loaded } from '../loaded.tsx';
import { Part } from '../page.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';

/** The newest conversations with a contact, in inboxes that whoever looks is a member of. */
export function Conversations({ contact }: { contact: ContactDetail }) {
  const { contacts } = useAdmin();
  const { asked, again } = useAsked(`${contact.id} conversations`, (signal) =>
    contacts.conversations(contact.id, { signal }),
  );
  if (contact.conversations === 0) return null;
  return (
    <Part title="Conversations" hint={<span className="num">{contact.conversations}</span>}>
      <Loaded asked={asked} what="The conversations" onRetry={again}>
        {({ conversations, elsewhere }) => (
          <>
            {conversations.length === 0 ? null : (
              <ul className="settings-list">
                {conversations.map((row) => (
                  <li key={row.id}>
                    <div className="grow contacts-who">
                      <Link
                        href={placePath({
                          view: { name: 'inbox', inboxId: row.inboxId, status: row.status },
                          conversationId: row.id,
                        })}
                      >
                        <b className="cut">{row.subject || row.contact.address}</b>
                      </Link>
                      <small className="cut">{row.preview.text}</small>
                    </div>
                    <span className="hint">{dayTime(row.lastAt, Date.now())}</span>
                  </li>
                ))}
              </ul>
            )}
            {elsewhere === 0 ? null : (
              <p className="hint">
                {elsewhere === 1 ? 'One more is' : `${elsewhere} more are`} in inboxes that you are no member
                of.
              </p>
            )}
          </>
        )}
      </Loaded>
    </Part>
  );
}
