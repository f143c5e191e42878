import { z } from 'zod';
import { DraftBody, oneLine, ServerTime } from './scalars.ts';

/** A time of day as a clock on the wall shows it, `09:00`. `24:00` ends a day. */
export const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time like 09:00');

/** A day of the calendar, `2026-12-24`. */
export const CalendarDay = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day like 2026-12-24')
  .refine((day) => isDay(day), 'there is no such day');

function isDay(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

const Span = z.strictObject({ from: TimeOfDay, to: TimeOfDay });
/** From one time of day to a later one of the same day. What goes on after midnight are two spans, `22:00–24:00` and `00:00–06:00`. */
export type Span = z.infer<typeof Span>;

/** Minutes since midnight. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Of one day, in any order; none: closed. They may touch, and may not overlap. */
export const Spans = z
  .array(Span)
  .max(12)
  .superRefine((spans, check) => {
    spans.forEach(({ from, to }, at) => {
      if (minutesOf(from) < minutesOf(to)) return;
      const message = 'must be after its beginning; what goes on after midnight are two spans';
      check.addIssue({ code: 'custom', path: [at, 'to'], message });
    });
    spans.forEach((span, at) => {
      const other = spans.slice(0, at).find((before) => overlap(before, span));
      if (other === undefined) return;
      check.addIssue({ code: 'custom', path: [at], message: `overlaps ${other.from}–${other.to}` });
    });
  })
  .transform((spans) => spans.toSorted((one, other) => minutesOf(one.from) - minutesOf(other.from)));

function overlap(one: Span, other: Span): boolean {
  return minutesOf(one.from) < minutesOf(other.to) && minutesOf(other.from) < minutesOf(one.to);
}

/** From Monday on. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A day that is not as its weekday says. */
export const Holiday = z.strictObject({
  date: CalendarDay,
  /** Every year on this day, from then on. */
  yearly: z.boolean().default(false),
  name: oneLine(100).default(''),
  /** When it is open all the same; none: closed. */
  spans: Spans.default([]),
});
export type Holiday = z.output<typeof Holiday>;

const MAX_HOLIDAYS = 400;

/** What is so every week. */
export const Week = z.strictObject({
  mon: Spans,
  tue: Spans,
  wed: Spans,
  thu: Spans,
  fri: Spans,
  sat: Spans,
  sun: Spans,
});

/** When somebody is there (W5): a week of spans, and days that differ, as the clocks of one place show them. */
export const OfficeHours = z.strictObject({
  /** A name of the IANA time zone database, `Europe/Berlin`. */
  timeZone: z.string().min(1).max(64),
  week: Week,
  /** A day stands here once. */
  holidays: z
    .array(Holiday)
    .max(MAX_HOLIDAYS)
    .superRefine((holidays, check) => {
      const seen = new Set<string>();
      holidays.forEach(({ date }, at) => {
        if (seen.has(date))
          check.addIssue({ code: 'custom', path: [at, 'date'], message: 'stands here twice' });
        seen.add(date);
      });
    })
    .default([]),
});
export type OfficeHours = z.output<typeof OfficeHours>;

const week = (days: Partial<Record<Weekday, readonly Span[]>>): OfficeHours['week'] => {
  const of = (day: Weekday): Span[] => (days[day] ?? []).map((span) => ({ ...span }));
  return {
    mon: of('mon'),
    tue: of('tue'),
    wed: of('wed'),
    thu: of('thu'),
    fri: of('fri'),
    sat: of('sat'),
    sun: of('sun'),
  };
};
const on = (days: readonly Weekday[], ...spans: Span[]) =>
  week(Object.fromEntries(days.map((day) => [day, spans])));
const span = (from: string, to: string): Span => ({ from, to });
const WORKING_DAYS = WEEKDAYS.slice(0, 5);

/** Weeks to begin with. */
export const HOURS_PRESETS = {
  /** Monday to Friday, 9 to 17. */
  weekdays: on(WORKING_DAYS, span('09:00', '17:00')),
  /** Monday to Friday, 9 to 12 and 13 to 17. */
  weekdaysWithBreak: on(WORKING_DAYS, span('09:00', '12:00'), span('13:00', '17:00')),
  /** Monday to Saturday, 9 to 18. */
  shop: on(WEEKDAYS.slice(0, 6), span('09:00', '18:00')),
  /** Day and night. */
  always: on(WEEKDAYS, span('00:00', '24:00')),
  closed: week({}),
} as const satisfies Record<string, OfficeHours['week']>;

/** When the automatic answer goes out (M9). */
export const OutOfOfficeMode = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('off') }),
  /** From then (null: from now on) until then (null: until it is changed). */
  z
    .strictObject({
      mode: z.literal('on'),
      from: ServerTime.nullable().default(null),
      until: ServerTime.nullable().default(null),
    })
    .refine(({ from, until }) => from === null || until === null || from < until, {
      message: 'must be after its beginning',
      path: ['until'],
    }),
  /** Whenever the office hours say closed. */
  z.strictObject({ mode: z.literal('auto') }),
]);
export type OutOfOfficeMode = z.output<typeof OutOfOfficeMode>;

/** What may stand in the texts, in double braces. */
export const PLACEHOLDERS = ['contact', 'inbox', 'agent', 'subject', 'back'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** A placeholder in a text; what stands in it may have spaces around. */
export const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** The placeholders of a text, also those that there are not. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name.trim());
}

function unknownPlaceholder(text: string): string | undefined {
  return placeholdersIn(text).find((name) => !PLACEHOLDERS.some((known) => known === name));
}

const template = <T extends z.ZodType<string>>(text: T) =>
  text.superRefine((given, check) => {
    const unknown = unknownPlaceholder(given);
    if (unknown !== undefined)
      check.addIssue({
        code: 'custom',
        message: `there is no {{${unknown}}}, only {{${PLACEHOLDERS.join('}}, {{')}}}`,
      });
  });

/** What the automatic answer says. */
export const OutOfOfficeText = z.strictObject({
  /** Of a mail. */
  subject: template(oneLine(200)),
  body: template(DraftBody.refine((text) => text.length <= 4_000, 'must be at most 4000 characters')),
  /** Instead of the body where the answer is a text message; null: the body. */
  sms: template(DraftBody.refine((text) => text.length <= 480, 'must be at most 480 characters'))
    .nullable()
    .default(null),
  /** In which language days and times are written, `en-GB`. */
  language: z.string().min(2).max(35).default('en-GB'),
});
export type OutOfOfficeText = z.output<typeof OutOfOfficeText>;

export const OutOfOffice = z.strictObject({ when: OutOfOfficeMode, text: OutOfOfficeText });
export type OutOfOffice = z.output<typeof OutOfOffice>;

/** What is there before anybody set it. */
export const NO_OUT_OF_OFFICE: OutOfOffice = {
  when: { mode: 'off' },
  text: {
    subject: 'Automatic reply: {{subject}}',
    body: 'Hello {{contact}},\n\nthank you for your message. Nobody is here at the moment.\nWe are back on {{back}}.\n\n{{inbox}}',
    sms: null,
    language: 'en-GB',
  },
};
