export type MailProgram = 'gmail' | 'apple' | 'phone' | 'outlook' | 'plain';
export type MailLanguage = 'en' | 'de' | 'fr' | 'es' | 'pt' | 'pl' | 'ja';

/** How a customer writes mails. */
export interface MailStyle {
  readonly program: MailProgram;
  readonly language: MailLanguage;
  /** Stands below every mail, with a picture that comes from another server. */
  readonly company?: { readonly line: string; readonly logo: string };
}

/** These write on the customer page instead. */
const ON_THE_PAGE: ReadonlySet<string> = new Set([
  'open-on-the-holiday',
  'left-a-scarf',
  'pen-on-a-plane',
  'student-discount',
  'price-match-inkwell',
  'cancel-before-shipping',
  'leather-swatches',
  'mould-in-the-cellar',
]);

const LANGUAGES: Readonly<Record<string, MailLanguage>> = {
  'erster-fueller': 'de',
  'sendung-steht-still': 'de',
  'gaestebuch-pension': 'de',
  'grammage-aquarelle': 'fr',
  'facture-association': 'fr',
  'registre-de-la-commune': 'fr',
  'muestras-de-papel': 'es',
  'falta-un-frasco': 'es',
  'tapas-para-cartas': 'es',
  'caneta-presente-reforma': 'pt',
  'encomenda-escritorio': 'pt',
  'wysylka-do-polski': 'pl',
  'biblia-rodzinna': 'pl',
  'japan-customs-form': 'ja',
  'japanese-stab-binding': 'ja',
};

const PROGRAMS: Readonly<Record<string, MailProgram>> = {
  'photo-of-the-first-letter': 'apple',
  'leaking-pen-ruined-shirt': 'phone',
  'any-news-desk-pad': 'phone',
  'thesis-by-friday': 'phone',
  'school-vat-invoice': 'outlook',
  'lost-order-two-parcels': 'outlook',
  'estimate-too-high': 'outlook',
  'registre-de-la-commune': 'outlook',
  'encomenda-escritorio': 'outlook',
  'local-paper-interview': 'outlook',
  'see-the-workshop': 'plain',
  'slipcase-for-diaries': 'plain',
  'saturday-job': 'plain',
};

const COMPANIES: Readonly<Record<string, NonNullable<MailStyle['company']>>> = {
  'local-paper-interview': {
    line: 'Callum Reyes, Fernhill Courier, features',
    logo: 'https://static.fernhillcourier.example/signature/courier.png',
  },
  'wholesale-bookshop': {
    line: 'Tidewater Books, Quay Street 2',
    logo: 'https://img.tidewater.example/mail/wave.gif',
  },
};

const USUAL: readonly MailProgram[] = ['gmail', 'apple', 'outlook', 'gmail', 'phone'];

/** How the customer of this conversation writes mails; undefined for one on the customer page. */
export function mailStyle(key: string, nth: number): MailStyle | undefined {
  if (ON_THE_PAGE.has(key)) return undefined;
  const company = COMPANIES[key];
  return {
    program: PROGRAMS[key] ?? USUAL[nth % USUAL.length] ?? 'gmail',
    language: LANGUAGES[key] ?? 'en',
    ...(company === undefined ? {} : { company }),
  };
}
