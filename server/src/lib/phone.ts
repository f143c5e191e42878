import { createRequire } from 'node:module';
import type { CountryCode } from 'libphonenumber-js/max';
import { onDemand } from './on-demand.ts';

const require = createRequire(import.meta.url);
/** All countries' numbering plans: a server without texts and calls need not take their memory. */
const plans = onDemand(() => require('libphonenumber-js/max') as typeof import('libphonenumber-js/max'));

/** A phone number that exists as far as numbering plans say. */
export interface Phone {
  /** As in `+12125550123`: what is stored and compared. */
  readonly e164: string;
  /** Two letters; undefined for numbers of no country, such as +800. */
  readonly country: string | undefined;
  readonly kind: 'local' | 'mobile' | 'toll_free' | 'other';
}

const KINDS: Readonly<Record<string, Phone['kind']>> = {
  FIXED_LINE: 'local',
  // In North America nobody can tell them apart.
  FIXED_LINE_OR_MOBILE: 'local',
  MOBILE: 'mobile',
  TOLL_FREE: 'toll_free',
};

/**
 * Reads a number as people type it; without a country code it is one of `country`. Undefined for what is no number. Numbering
 * plans change and the tables here age: a number that is written with its country code passes when its length can be right.
 */
export function readPhone(typed: string, country = 'US'): Phone | undefined {
  const number = plans().parsePhoneNumberFromString(typed, {
    defaultCountry: country as CountryCode,
    extract: false,
  });
  if (number === undefined || number.ext !== undefined) return undefined;
  const international = typed.trim().startsWith('+');
  if (!(international ? number.isPossible() : number.isValid())) return undefined;
  return { e164: number.number, country: number.country, kind: KINDS[number.getType() ?? ''] ?? 'other' };
}

/** A number as people read it, `+1 212 555 0123`; what is none stays as it is. */
export function formatPhone(e164: string): string {
  return plans().parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;
}

/** Whether texts from this number need a registered campaign: long codes of the United States (10DLC). */
export function needsCampaign({ country, kind, e164 }: Phone): boolean {
  if (!e164.startsWith('+1') || kind === 'toll_free') return false;
  // Area codes of no known country of +1 are most likely new ones of the United States.
  return country === 'US' || country === undefined;
}

/** What a conversation of texts is called: texts have no subject, and which of our numbers it is about is worth knowing. */
export const textsOn = (e164: string): string => `Texts on ${formatPhone(e164)}`;
