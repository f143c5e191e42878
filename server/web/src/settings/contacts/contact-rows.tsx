import type { ContactRecord } from '@latchbox/client/admin';
import { Link } from '../../app/link.tsx';
import { settingsPath } from '../place.ts';

interface ContactRowsProps {
  contacts: readonly ContactRecord[];
  /** In the order in which they were chosen: the first is the one that stays. */
  chosen: readonly ContactRecord[];
  onChoose: (chosen: readonly ContactRecord[]) => void;
}

export function ContactRows({ contacts, chosen, onChoose }: ContactRowsProps) {
  const toggle = (contact: ContactRecord, on: boolean): void =>
    onChoose(on ? [...chosen, contact] : chosen.filter(({ id }) => id !== contact.id));
  return (
    <ul className="settings-list contacts-list">
      {contacts.map((contact) => (
        <li key={contact.id}>
          <input
            type="checkbox"
            aria-label={`Choose ${contact.name}`}
            checked={chosen.some(({ id }) => id === contact.id)}
            onChange={(event) => toggle(contact, event.target.checked)}
          />
          <div className="grow contacts-who">
            <Link href={settingsPath('contacts', contact.id)}>
              <b className="cut">{contact.name}</b>
            </Link>
            <small className="cut">{addressWords(contact)}</small>
          </div>
          <Tags tags={contact.tags} />
          <span className="contacts-owner cut hint">{contact.owner?.name ?? ''}</span>
        </li>
      ))}
    </ul>
  );
}

/** Somebody who only ever texted is called by the number: it is not said twice. */
function addressWords({ name, addresses }: ContactRecord): string {
  const others = addresses.filter(({ address }) => address !== name.replaceAll(/[\s()-]/g, ''));
  return others.map(({ address }) => address).join(' · ');
}

const MOST_TAGS = 3;

function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  const more = tags.length - MOST_TAGS;
  return (
    <span className="contacts-tags">
      {tags.slice(0, MOST_TAGS).map((tag) => (
        <span key={tag} className="contacts-tag cut">
          {tag}
        </span>
      ))}
      {more > 0 ? <span className="hint">+{more}</span> : null}
    </span>
  );
}
