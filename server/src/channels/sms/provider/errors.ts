/** What a provider's error codes mean, in sentences for agents. Twilio's numbers, which compatible providers use too. */

const SENTENCES: Readonly<Record<number, string>> = {
  20_003: 'The provider does not accept our account id and token.',
  20_429: 'The provider wants fewer requests at a time.',
  21_211: 'This is not a phone number that can get texts.',
  21_212: 'The number this was to leave from is not valid.',
  21_408: 'The account is not allowed to text into this country.',
  21_421: 'This is not a phone number that can be had.',
  21_422: 'Somebody else has this number by now.',
  21_452: 'There is no number with this area code.',
  21_602: 'A text needs words or a file.',
  21_606: 'The number this was to leave from is not one of this account’s, or cannot send texts.',
  21_610: 'This contact has opted out of texts from this number.',
  21_611: 'Too many texts of this number are waiting already.',
  21_612: 'This number cannot text that one.',
  21_614: 'This is no mobile number: it cannot get texts.',
  21_617: 'The text is longer than 1600 characters.',
  21_620: 'A file’s address is not valid.',
  21_623: 'Too many files, or they are too large.',
  30_003: 'The phone is switched off or out of reach.',
  30_004: 'The contact’s carrier blocks texts from this number.',
  30_005: 'There is no such phone any more.',
  30_006: 'This is a landline, or its carrier cannot be reached.',
  30_007: 'The carrier filtered this text as unwanted.',
  30_008: 'The carrier lost this text and does not say why.',
  30_032: 'The toll-free number is not verified with the carriers yet.',
  30_034: 'The number is not registered with the carriers (A2P 10DLC).',
};

/** A sentence for an error code; the code itself stands in it, because every manual is sorted by codes. */
export function errorSentence(code: number | null, said?: string): string {
  const sentence = code === null ? undefined : SENTENCES[code];
  const known =
    sentence ?? (said === undefined || said === '' ? 'The provider did not deliver this text.' : said);
  return code === null ? known : `${known} (${code})`;
}

/** The contact stopped, says the provider. */
export const OPTED_OUT = 21_610;

/** The provider took the request and said no. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';
  /** HTTP status. */
  readonly status: number;
  readonly code: number | null;
  /** For agents; without secrets. */
  readonly sentence: string;

  constructor(status: number, code: number | null, said: string) {
    const sentence = errorSentence(code, said);
    super(`the provider answered ${status}: ${sentence}`);
    this.status = status;
    this.code = code;
    this.sentence = sentence;
  }
}

/** The provider certainly did nothing: it was not reached, or asked to come back later. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}
