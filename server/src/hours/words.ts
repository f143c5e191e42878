/** What the automatic answer says, with its placeholders filled in. */
import {
  type OutOfOfficeText,
  PLACEHOLDER,
  type Placeholder,
  placeholdersIn,
} from '@latchbox/shared/model/hours';

export interface Filling {
  readonly contact: string;
  readonly inbox: string;
  /** Who is away; empty: the inbox. */
  readonly agent: string;
  /** Of the conversation. */
  readonly subject: string;
  /** When somebody is there again (epoch ms). */
  readonly back: number | undefined;
  readonly timeZone: string;
}

/** Of names and subjects, which strangers choose. */
const LONGEST = 200;
const BREAKS = new RegExp('[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+', 'g');

export interface Worded {
  readonly subject: string;
  readonly body: string;
  /** Of a text message. */
  readonly sms: string;
}

/** Fills in. A line that names a time that nobody knows is left out. What is filled in is not looked at for placeholders again. */
export function worded(text: OutOfOfficeText, filling: Filling): Worded {
  const { contact, inbox, agent, subject, back, timeZone } = filling;
  const values: Record<Placeholder, string | undefined> = {
    contact: short(contact),
    inbox: short(inbox),
    agent: short(agent === '' ? inbox : agent),
    subject: short(subject),
    back: back === undefined ? undefined : dayAndTime(back, timeZone, text.language),
  };
  const fill = (template: string): string => filled(template, values);
  return {
    subject: fill(text.subject).replace(BREAKS, ' ').trim(),
    body: fill(text.body).trim(),
    sms: fill(text.sms ?? text.body).trim(),
  };
}

function filled(template: string, values: Readonly<Record<string, string | undefined>>): string {
  return template
    .split('\n')
    .flatMap((line) => {
      if (placeholdersIn(line).some((name) => values[name] === undefined)) return [];
      return [line.replace(PLACEHOLDER, (_, name: string) => values[name.trim()] ?? '')];
    })
    .join('\n');
}

function short(text: string): string {
  return text.replace(BREAKS, ' ').trim().slice(0, LONGEST).toWellFormed();
}

function dayAndTime(at: number, timeZone: string, language: string): string {
  return new Intl.DateTimeFormat(language, {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}

/** Whether days and times can be written in a language. */
export function isLanguage(language: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(language).length > 0;
  } catch {
    return false;
  }
}
