import type { RestLine, Target } from './authorisation.ts';

const noContact = () => ({ contact: 'ctc_nothere' });
const noImport = () => ({ import: 'imp_nothere' });
const inbox = (on: Target) => ({ inbox: on.inbox });
const plan = () => ({ columns: ['email'] });

const ofContact = (line: Partial<RestLine> = {}): RestLine => ({
  needs: 'admin',
  params: noContact,
  also: ['not_found'],
  ...line,
});
const ofImport = (line: Partial<RestLine> = {}): RestLine => ofContact({ params: noImport, ...line });

/** The lines of the address book and of imports: all of it is for admins. */
export const CONTACT_LINES: Readonly<Record<string, RestLine>> = {
  listContacts: { needs: 'admin' },
  countContacts: { needs: 'admin' },
  createContact: {
    needs: 'admin',
    body: () => ({ name: 'x', addresses: [{ channel: 'email', address: 'taken@example.com' }] }),
    also: ['refused'],
  },
  getContact: ofContact(),
  changeContact: ofContact({ body: () => ({ version: 1, name: 'x' }) }),
  listContactConversations: ofContact(),
  mergeContacts: ofContact({ body: () => ({ with: ['ctc_neither'] }) }),
  splitContact: ofContact({ body: () => ({ addressIds: ['adr_nothere'] }) }),
  undoContactAct: ofContact({ params: () => ({ ...noContact(), act: 'act_nothere' }) }),
  exportContact: ofContact(),
  eraseContact: ofContact({ body: () => ({ name: 'x' }) }),
  getRetention: { needs: 'sees', params: inbox },
  putRetention: { needs: 'admin', params: inbox, body: () => ({ days: null }) },
  createImport: {
    needs: 'admin',
    query: () => ({ name: 'people.csv' }),
    bytes: 'Email\nsomebody@example.com\n',
  },
  listImports: { needs: 'admin' },
  getImport: ofImport(),
  previewImport: ofImport({ body: plan }),
  startImport: ofImport({ body: plan }),
  stopImport: ofImport(),
  undoImport: ofImport(),
  removeImport: ofImport(),
  exportImportErrors: ofImport(),
};
