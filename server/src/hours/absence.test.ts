import { HOURS_PRESETS, type OfficeHours, type OutOfOfficeMode } from '@latchbox/shared/model/hours';
import { describe, expect, test } from 'vitest';
import { absenceAt, answeringTimes, backAt, changed, type Presence } from './absence.ts';
import { worded } from './words.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const hours: OfficeHours = { timeZone: 'UTC', week: HOURS_PRESETS.weekdays, holidays: [] };
const presence = (when: OutOfOfficeMode, changedAt = at('2026-11-01T00:00')): Presence => ({
  hours,
  when,
  changedAt,
  continuesFrom: null,
});
const auto = { mode: 'auto' } as const;
const on = (from: number | null, until: number | null) => ({ mode: 'on', from, until }) as const;

describe('an absence', () => {
  test('outside of office hours lasts from closing to opening, over the weekend too', () => {
    const absence = { since: at('2026-11-20T17:00'), until: at('2026-11-23T09:00') };
    for (const moment of ['2026-11-20T17:00', '2026-11-21T12:00', '2026-11-23T08:59:59.999'])
      expect(absenceAt(presence(auto), at(moment))).toEqual(absence);
    expect(absenceAt(presence(auto), at('2026-11-23T09:00'))).toBeUndefined();
    expect(backAt(presence(auto), absence)).toBe(absence.until);
  });

  test('that was switched on lasts from its beginning to its end, which is not in it', () => {
    const [from, until] = [at('2026-11-10T00:00'), at('2026-11-14T00:00')];
    const holiday = presence(on(from, until));
    expect(absenceAt(holiday, from - 1)).toBeUndefined();
    expect(absenceAt(holiday, from)).toEqual({ since: from, until });
    expect(absenceAt(holiday, until)).toBeUndefined();
    // It ends on a Saturday: nobody is there before Monday.
    expect(backAt(holiday, { since: from, until })).toBe(at('2026-11-16T09:00'));
    expect(backAt({ hours: null }, { since: from, until })).toBe(until);
    expect(backAt(holiday, { since: from, until: null })).toBeUndefined();
    expect(absenceAt(presence({ mode: 'off' }), from)).toBeUndefined();
  });

  test('goes on through changes of settings, and begins anew after somebody was there', () => {
    const evening = at('2026-11-18T20:00');
    const closed = presence(auto);
    const switched = changed(closed, { hours, when: on(null, null) }, evening);
    expect(absenceAt(switched, evening)).toEqual({ since: at('2026-11-18T17:00'), until: null });
    const again = changed(switched, { hours, when: auto }, evening + 1_000);
    expect(absenceAt(again, evening + 2_000)?.since).toBe(at('2026-11-18T17:00'));
    // The next evening is another one.
    expect(absenceAt(again, at('2026-11-19T18:00'))?.since).toBe(at('2026-11-19T17:00'));
    const off = changed(again, { hours, when: { mode: 'off' } }, evening + 3_000);
    const back = changed(off, { hours, when: on(null, null) }, evening + 4_000);
    expect(absenceAt(back, evening + 5_000)?.since).toBe(evening + 4_000);
  });

  test('is previewed as it will be', () => {
    const window = { from: at('2026-11-20T12:00'), to: at('2026-11-24T12:00') };
    expect(answeringTimes(presence(auto), window)).toEqual([
      { from: at('2026-11-20T17:00'), to: at('2026-11-23T09:00') },
      { from: at('2026-11-23T17:00'), to: at('2026-11-24T09:00') },
    ]);
    expect(answeringTimes(presence(on(null, at('2026-11-21T00:00'))), window)).toEqual([
      { from: window.from, to: at('2026-11-21T00:00') },
    ]);
    expect(answeringTimes(presence({ mode: 'off' }), window)).toEqual([]);
  });
});

describe('the words', () => {
  const filling = {
    contact: 'Cora {{inbox}}\nBcc: all@quist.example',
    inbox: 'Orders',
    agent: '',
    subject: 'A torn page',
    back: at('2026-11-23T09:00'),
    timeZone: 'Europe/Berlin',
  };
  const text = {
    subject: 'Away: {{ subject }}',
    body: 'Hello {{contact}},\nback on {{back}}.\n{{agent}}',
    sms: null,
    language: 'en-GB',
  };

  test('are filled in once, and nothing that a stranger chose becomes a line or a placeholder', () => {
    expect(worded(text, filling)).toEqual({
      subject: 'Away: A torn page',
      body: 'Hello Cora {{inbox}} Bcc: all@quist.example,\nback on Monday 23 November at 10:00 CET.\nOrders',
      sms: 'Hello Cora {{inbox}} Bcc: all@quist.example,\nback on Monday 23 November at 10:00 CET.\nOrders',
    });
    expect(worded({ ...text, language: 'de' }, filling).body).toContain('Montag, 23. November');
  });

  test('leave out a line with a time that nobody knows', () => {
    expect(worded(text, { ...filling, back: undefined, contact: 'Cora' }).body).toBe('Hello Cora,\nOrders');
  });
});
