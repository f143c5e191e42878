import { HOURS_PRESETS, minutesOf, OfficeHours, type Span, WEEKDAYS } from '@latchbox/shared/model/hours';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOpen, lastChange, nextChange, openTimes } from './schedule.ts';
import { isTimeZone } from './zone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** With changes at night, at midnight, by half an hour, in the other half of the year, and none. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC',
];

const times = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { minLength: 0, maxLength: 6 })
  .map((quarters) => {
    const sorted = quarters.toSorted((one, other) => one - other);
    const clock = (quarter: number): string =>
      `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`;
    const spans: Span[] = [];
    for (let at = 0; at + 1 < sorted.length; at += 2)
      spans.push({ from: clock(sorted[at] ?? 0), to: clock(sorted[at + 1] ?? 96) });
    return spans;
  });

const schedules = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  week: fc.record({ mon: times, tue: times, wed: times, thu: times, fri: times, sat: times, sun: times }),
  holidays: fc.uniqueArray(
    fc.record({
      date: fc
        .integer({ min: Date.UTC(2026, 0, 1) / DAY, max: Date.UTC(2027, 11, 31) / DAY })
        .map((day) => new Date(day * DAY).toISOString().slice(0, 10)),
      yearly: fc.boolean(),
      name: fc.constant(''),
      spans: times,
    }),
    { selector: ({ date }) => date, maxLength: 3 },
  ),
});

const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) });

/** What the clock on the wall shows, by another way than the module goes. */
function wall(timeZone: string, at: number): { date: string; minutes: number; weekday: string } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
    weekday: part('weekday').slice(0, 3).toLowerCase(),
  };
}

function openByWall(hours: OfficeHours, at: number): boolean {
  const { date, minutes, weekday } = wall(hours.timeZone, at);
  const holiday =
    hours.holidays.find((one) => one.date === date) ??
    hours.holidays.find((one) => one.yearly && one.date < date && one.date.slice(5) === date.slice(5));
  const spans = holiday?.spans ?? hours.week[weekday as keyof OfficeHours['week']];
  return spans.some(({ from, to }) => minutesOf(from) <= minutes && minutes < minutesOf(to));
}

describe('for every schedule', () => {
  const runs = { numRuns: 300 };

  test('it is open exactly when the clock on the wall says so', () => {
    fc.assert(
      fc.property(schedules, moments, (hours, at) => isOpen(hours, at) === openByWall(hours, at)),
      { numRuns: 1_000 },
    );
  });

  test('nothing changes before the next change, and there it does', () => {
    fc.assert(
      fc.property(schedules, moments, fc.double({ min: 0, max: 1, noNaN: true }), (hours, at, share) => {
        const next = nextChange(hours, at);
        const open = isOpen(hours, at);
        if (next === undefined) return isOpen(hours, at + Math.floor(share * 390 * DAY)) === open;
        expect(next).toBeGreaterThan(at);
        expect(isOpen(hours, next)).toBe(!open);
        expect(isOpen(hours, next - 1)).toBe(open);
        return isOpen(hours, at + Math.floor(share * (next - at - 1))) === open;
      }),
      runs,
    );
  });

  test('since the last change nothing changed, and just before it was otherwise', () => {
    fc.assert(
      fc.property(schedules, moments, fc.double({ min: 0, max: 1, noNaN: true }), (hours, at, share) => {
        const last = lastChange(hours, at);
        if (last === undefined) return true;
        expect(last).toBeLessThanOrEqual(at);
        expect(isOpen(hours, last - 1)).toBe(!isOpen(hours, at));
        return isOpen(hours, last + Math.floor(share * (at - last))) === isOpen(hours, at);
      }),
      runs,
    );
  });

  test('its open times are the times at which it is open, in order and apart', () => {
    fc.assert(
      fc.property(schedules, moments, fc.double({ min: 0, max: 1, noNaN: true }), (hours, from, share) => {
        const to = from + 10 * DAY;
        const open = openTimes(hours, from, to);
        let end = from - 1;
        for (const one of open) {
          expect(one.from).toBeGreaterThan(end);
          expect(one.to).toBeGreaterThan(one.from);
          end = one.to;
        }
        expect(end).toBeLessThanOrEqual(to);
        const at = from + Math.floor(share * 10 * DAY);
        return at === to || open.some((one) => one.from <= at && at < one.to) === isOpen(hours, at);
      }),
      runs,
    );
  });
});

const hours = (given: Partial<OfficeHours>): OfficeHours => ({
  timeZone: 'Europe/Berlin',
  week: HOURS_PRESETS.weekdays,
  holidays: [],
  ...given,
});
const at = (text: string): number => Date.parse(text);

describe('around a change of the clocks', () => {
  test('nine o’clock stays nine o’clock', () => {
    // 2026-03-29 is the Sunday on which Berlin puts its clocks forward.
    expect(nextChange(hours({}), at('2026-03-27T20:00:00+01:00'))).toBe(at('2026-03-30T09:00:00+02:00'));
    expect(nextChange(hours({}), at('2026-10-23T20:00:00+02:00'))).toBe(at('2026-10-26T09:00:00+01:00'));
  });

  test('what the clocks skip is not there, and what they show twice is there twice', () => {
    const night = [{ from: '02:15', to: '03:30' }];
    const sundays = hours({ week: { ...HOURS_PRESETS.closed, sun: night } });
    // Forward: from 2:00 to 3:00. Half of the span is left.
    expect(openTimes(sundays, at('2026-03-28T12:00:00Z'), at('2026-03-29T12:00:00Z'))).toEqual([
      { from: at('2026-03-29T03:00:00+02:00'), to: at('2026-03-29T03:30:00+02:00') },
    ]);
    // Back: from 3:00 to 2:00.
    expect(openTimes(sundays, at('2026-10-24T12:00:00Z'), at('2026-10-25T12:00:00Z'))).toEqual([
      { from: at('2026-10-25T02:15:00+02:00'), to: at('2026-10-25T03:00:00+02:00') },
      { from: at('2026-10-25T02:15:00+01:00'), to: at('2026-10-25T03:30:00+01:00') },
    ]);
  });

  test('a day of 23 hours, and one that has no midnight, are whole days', () => {
    // Cairo's clocks jump from midnight to one.
    const cairo = hours({
      timeZone: 'Africa/Cairo',
      week: { ...HOURS_PRESETS.closed, fri: HOURS_PRESETS.always.fri },
    });
    const [friday] = openTimes(cairo, at('2026-04-23T00:00:00Z'), at('2026-04-26T00:00:00Z'));
    expect(((friday?.to ?? 0) - (friday?.from ?? 0)) / HOUR).toBe(23);
  });
});

test('a holiday closes a day or gives it hours of its own; one of every year holds from its year on', () => {
  const holidays = [
    { date: '2026-12-24', yearly: false, name: 'Christmas Eve', spans: [{ from: '09:00', to: '12:00' }] },
    { date: '2026-12-25', yearly: true, name: 'Christmas', spans: [] },
  ];
  const given = hours({ holidays });
  expect(isOpen(given, at('2026-12-24T11:59:59+01:00'))).toBe(true);
  expect(nextChange(given, at('2026-12-24T12:00:00+01:00'))).toBe(at('2026-12-28T09:00:00+01:00'));
  expect(isOpen(given, at('2029-12-25T10:00:00+01:00'))).toBe(false);
  expect(isOpen(given, at('2025-12-25T10:00:00+01:00'))).toBe(true);
});

test('spans of two days that touch at midnight are one time', () => {
  const late = {
    ...HOURS_PRESETS.closed,
    fri: [{ from: '22:00', to: '24:00' }],
    sat: [{ from: '00:00', to: '06:00' }],
  };
  expect(nextChange(hours({ week: late }), at('2026-11-20T23:00:00+01:00'))).toBe(
    at('2026-11-21T06:00:00+01:00'),
  );
});

test('what is always open or never changes never, and says so at once', () => {
  const always = hours({ week: HOURS_PRESETS.always });
  const closed = hours({ week: HOURS_PRESETS.closed });
  expect([isOpen(always, 0), nextChange(always, 0), lastChange(always, 0)]).toEqual([
    true,
    undefined,
    undefined,
  ]);
  expect([isOpen(closed, 0), nextChange(closed, 0), lastChange(closed, 0)]).toEqual([
    false,
    undefined,
    undefined,
  ]);
});

describe('a schedule is refused', () => {
  const issues = (week: object, holidays: unknown[] = []): string[] => {
    const parsed = OfficeHours.safeParse({
      timeZone: 'UTC',
      week: { ...HOURS_PRESETS.closed, ...week },
      holidays,
    });
    return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
  };
  const span = (from: string, to: string) => ({ from, to });

  test('where spans overlap, not where they touch; they are put in order', () => {
    expect(issues({ mon: [span('13:00', '17:00'), span('09:00', '13:00')] })).toEqual([]);
    expect(issues({ mon: [span('09:00', '13:00'), span('12:59', '17:00')] })).toEqual([
      'week.mon.1: overlaps 09:00–13:00',
    ]);
    const parsed = OfficeHours.parse(
      hours({ week: { ...HOURS_PRESETS.closed, tue: [span('13:00', '17:00'), span('09:00', '12:00')] } }),
    );
    expect(parsed.week.tue.map(({ from }) => from)).toEqual(['09:00', '13:00']);
  });

  test('where a span goes on after midnight, or is none', () => {
    for (const [from, to] of [
      ['22:00', '06:00'],
      ['09:00', '09:00'],
    ] as const)
      expect(issues({ fri: [span(from, to)] })).toEqual([
        'week.fri.0.to: must be after its beginning; what goes on after midnight are two spans',
      ]);
    expect(issues({ fri: [span('9:00', '09:30')] }).join()).toContain('must be a time like 09:00');
  });

  test('where a holiday stands twice or is no day', () => {
    const day = (date: string) => ({ date });
    expect(issues({}, [day('2026-12-25'), day('2026-12-25')])).toEqual([
      'holidays.1.date: stands here twice',
    ]);
    expect(issues({}, [day('2026-02-30')])).toEqual(['holidays.0.date: there is no such day']);
  });
});

test('a zone is a place of the time zone database', () => {
  for (const zone of [...ZONES, 'europe/berlin']) expect([zone, isTimeZone(zone)]).toEqual([zone, true]);
  for (const zone of ['Mars/Olympus', '+02:00', '', 'Europe'])
    expect([zone, isTimeZone(zone)]).toEqual([zone, false]);
  expect(WEEKDAYS).toHaveLength(7);
});
