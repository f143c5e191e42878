/** How long a text message is, as carriers count and bill it. No I/O: the composer shows what the server stores. */

/** One unit each: the basic table of GSM 03.38. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Two units each: an escape and a character of the extension table. */
const EXTENDED = new Set('^{}\\[~]|€\f');

/** Units that a message has alone, and that each part of a longer one has beside its header of six bytes. */
const LIMITS = { 'GSM-7': { alone: 160, part: 153 }, 'UCS-2': { alone: 70, part: 67 } } as const;

/** The most characters (UTF-16) that a provider takes in one message (error 21617 beyond it). */
export const MAX_SMS_LENGTH = 1_600;

export interface SmsSegments {
  /** One character outside the table of GSM-7 makes the whole message UCS-2. */
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Parts that are sent and billed; 0 for an empty text. */
  readonly segments: number;
  /** Units of the encoding in all. */
  readonly units: number;
  /** Units that still fit into the last part. */
  readonly left: number;
}

/**
 * Counts the parts of a text. A surrogate pair or an escaped character is never split over two parts: a part that has one unit
 * left gets none of it.
 */
export function smsSegments(text: string): SmsSegments {
  const characters = Array.from(text);
  const gsm = characters.every((one) => BASIC.has(one) || EXTENDED.has(one));
  const encoding = gsm ? 'GSM-7' : 'UCS-2';
  const sizes = characters.map((one) => (gsm ? (EXTENDED.has(one) ? 2 : 1) : one.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, part } = LIMITS[encoding];
  if (units <= alone) return { encoding, segments: units === 0 ? 0 : 1, units, left: alone - units };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > part) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, segments, units, left: part - used };
}

/** What programs put in where somebody typed something plainer, by code point: quotes, dashes, dots, spaces. */
const PLAINER: Readonly<Record<string, string>> = {
  '"': '\u00ab\u00bb\u201c\u201d\u02ba\u02ee\u201f\u275d\u275e\u301d\u301e\uff02\u201e',
  "'": '\u2018\u2019\u02bb\u02c8\u02bc\u02bd\u02b9\u201b\uff07\u00b4\u02ca\u0060\u02cb\u275b\u275c',
  ',': '\u201a',
  '-': '\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad',
  '...': '\u2026',
  ' ': '\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
  '': '\u200b\u2060\ufeff',
};
const PLAIN = new Map(
  Object.entries(PLAINER).flatMap(([plain, fancy]) => Array.from(fancy, (one) => [one, plain] as const)),
);

/** Puts plain characters in place of typographic ones that would make a message UCS-2 and its parts less than half as long. */
export function smartEncoded(text: string): string {
  return Array.from(text, (one) => PLAIN.get(one) ?? one).join('');
}
