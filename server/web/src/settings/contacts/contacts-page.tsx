import './contacts.css';
import type { SettingsPageProps } from '../pages.ts';
import { ContactDetailPage } from './contact-detail.tsx';
import { ContactListPage } from './contact-list.tsx';
import { ImportPage } from './import-page.tsx';
import { ImportsPage } from './imports-page.tsx';
import { NewContactPage } from './new-contact.tsx';

/** The address book: the list, one contact, a new one, and imports. */
export function ContactsPage({ rest }: SettingsPageProps) {
  const [first, second] = rest;
  if (first === undefined) return <ContactListPage />;
  if (first === 'new') return <NewContactPage />;
  if (first === 'import')
    return second === undefined ? <ImportsPage /> : <ImportPage key={second} id={second} />;
  return <ContactDetailPage key={first} id={first} />;
}
