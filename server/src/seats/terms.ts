import { refuseBy } from '@latchbox/shared';
import type { OrganisationSettings } from './settings.ts';

/** Throws `refused` unless the terms as they stand now were confirmed, or there are none (O3). */
export function requireTerms(
  { terms, termsVersion }: Pick<OrganisationSettings, 'terms' | 'termsVersion'>,
  confirmed: number | undefined,
): void {
  if (terms === '') return;
  if (confirmed === undefined) throw refuseBy('mailbox_terms_unconfirmed');
  if (confirmed !== termsVersion) throw refuseBy('mailbox_terms_changed');
}
