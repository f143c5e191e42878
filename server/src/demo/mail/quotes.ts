/** What mail programs write above the text that they quote. */
import type { MailLanguage } from '../shop/mail-styles.ts';

/** A mail that another one answers. */
export interface Answered {
  readonly name: string;
  readonly address: string;
  /** Epoch ms. */
  readonly at: number;
  readonly text: string;
  readonly subject: string;
  readonly to: string;
}

const LOCALES: Readonly<Record<MailLanguage, string>> = {
  en: 'en-US',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
  pt: 'pt-PT',
  pl: 'pl-PL',
  ja: 'ja-JP',
};

const DATE = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
const LONG_DATE = { ...DATE, weekday: 'long', month: 'long' } as const;
const TIME = { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' } as const;
const NUMBERS = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'UTC' } as const;

// Making one costs more than a hundred mails.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatted(language: MailLanguage, options: Intl.DateTimeFormatOptions, at: number): string {
  const key = `${language} ${Object.values(options).join(' ')}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language], options);
  formats.set(key, format);
  return format.format(at).replaceAll('\u202f', ' ');
}

/** The line above a quote, as most programs write it. */
export function wroteLine(language: MailLanguage, { name, address, at }: Answered): string {
  const date = formatted(language, DATE, at);
  const time = formatted(language, TIME, at);
  const who = `${name} <${address}>`;
  switch (language) {
    case 'en':
      return `On ${date} at ${time} ${who} wrote:`;
    case 'de':
      return `Am ${date} um ${time} Uhr schrieb ${who}:`;
    case 'fr':
      return `Le ${date} à ${time}, ${who} a écrit :`;
    case 'es':
      return `El ${date} a las ${time}, ${name} (<${address}>) escribió:`;
    case 'pt':
      return `${who} escreveu (${formatted(language, NUMBERS, at)} à(s) ${time}):`;
    case 'pl':
      return `${date} o ${time} ${who} napisał(a):`;
    case 'ja':
      return `${date} ${time} ${who}:`;
  }
}

const HEADS: Readonly<Record<MailLanguage, readonly [string, string, string, string]>> = {
  en: ['From', 'Sent', 'To', 'Subject'],
  de: ['Von', 'Gesendet', 'An', 'Betreff'],
  fr: ['De', 'Envoyé', 'À', 'Objet'],
  es: ['De', 'Enviado', 'Para', 'Asunto'],
  pt: ['De', 'Enviado', 'Para', 'Assunto'],
  pl: ['Od', 'Wysłano', 'Do', 'Temat'],
  ja: ['差出人', '送信日時', '宛先', '件名'],
};

/** The little header block that one program puts there instead: name and value of each line. */
export function headLines(language: MailLanguage, mail: Answered): (readonly [string, string])[] {
  const [from, sent, to, subject] = HEADS[language];
  const when = `${formatted(language, LONG_DATE, mail.at)} ${formatted(language, TIME, mail.at)}`;
  return [
    [from, `${mail.name} <${mail.address}>`],
    [sent, when],
    [to, mail.to],
    [subject, mail.subject],
  ];
}

/** What a telephone puts below every mail. */
export const FROM_MY_PHONE: Readonly<Record<MailLanguage, string>> = {
  en: 'Sent from my iPhone',
  de: 'Von meinem iPhone gesendet',
  fr: 'Envoyé de mon iPhone',
  es: 'Enviado desde mi iPhone',
  pt: 'Enviado do meu iPhone',
  pl: 'Wysłane z iPhone’a',
  ja: 'iPhoneから送信',
};
