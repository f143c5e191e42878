import { browserStorage } from '../lib/storage.ts';
import { createStore } from '../lib/store.ts';

/** How mails that have an HTML form are shown. */
export type MailForm = 'text' | 'html';

const SLOT = 'latchbox.mail-form';

/** What was chosen last in this browser; text in the beginning, because it is calm, and its quotes are folded. */
export const mailForm = createStore<MailForm>(browserStorage.get(SLOT) === 'html' ? 'html' : 'text');

mailForm.subscribe(() => browserStorage.set(SLOT, mailForm.getSnapshot()));
