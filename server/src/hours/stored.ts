/** Office hours and out of office as they are stored. */
import {
  NO_OUT_OF_OFFICE,
  OfficeHours,
  OutOfOffice,
  type OutOfOfficeText,
} from '@latchbox/shared/model/hours';
import type { StoredHours } from '../database/hours.ts';
import type { Presence } from './absence.ts';

/** All of it. */
export interface Settings extends Presence {
  readonly text: OutOfOfficeText;
}

/** What holds where nobody set anything: always there, never answering. */
export const NOTHING_SET: Settings = {
  hours: null,
  ...NO_OUT_OF_OFFICE,
  changedAt: 0,
  continuesFrom: null,
};

export function readHours(
  stored: Pick<StoredHours, 'hours' | 'outOfOffice' | 'changedAt' | 'continuesFrom'>,
): Settings {
  const { hours, outOfOffice, changedAt, continuesFrom } = stored;
  return {
    hours: hours === null ? null : OfficeHours.parse(JSON.parse(hours)),
    ...OutOfOffice.parse(JSON.parse(outOfOffice)),
    changedAt,
    continuesFrom,
  };
}

export function storedHours({ hours, when, text, changedAt, continuesFrom }: Settings) {
  return {
    hours: hours === null ? null : JSON.stringify(hours),
    outOfOffice: JSON.stringify({ when, text }),
    mode: when.mode,
    changedAt,
    continuesFrom,
  };
}
