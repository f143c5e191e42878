import type {
  changeInboxHours,
  getHoursPresets,
  getInboxHours,
  previewInboxHours,
} from '@latchbox/shared/http/hours';
import { at } from '../lib/paths.ts';
import type { Abortable } from '../lib/scope.ts';
import type { Answer, Asks, Body } from './ask.ts';

/** Office hours and out of office, and how it stands now. */
export type HoursSettings = Answer<typeof getInboxHours>;
/** What is left out keeps its value. */
export type HoursChange = Body<typeof changeInboxHours>;
/** When it would answer by itself. */
export type HoursPreview = Answer<typeof previewInboxHours>;
/** Weeks to begin with, by name. */
export type HoursPresets = Answer<typeof getHoursPresets>['presets'];

/** Office hours (W5) and out of office (M9): of inboxes, my own, and for admins those of others. */
export function hours(client: Asks) {
  const of = (path: string) => ({
    get: (options?: Abortable): Promise<HoursSettings> => client.request('GET', path, options),
    change: (change: HoursChange): Promise<HoursSettings> => client.request('PATCH', path, { body: change }),
    /** With settings that are not stored, where they are given. */
    preview: (change: HoursChange = {}, options?: Abortable): Promise<HoursPreview> =>
      client.request('POST', `${path}/preview`, { body: change, ...options }),
  });
  const ofAgent = (agent: string): Pick<ReturnType<typeof of>, 'get' | 'change'> => {
    const { get, change } = of(at`agents/${agent}/hours`);
    return { get, change };
  };
  return {
    presets: async (options?: Abortable): Promise<HoursPresets> =>
      (await client.request<Answer<typeof getHoursPresets>>('GET', 'hours/presets', options)).presets,
    ofInbox: (inbox: string) => of(at`inboxes/${inbox}/hours`),
    mine: () => of('me/hours'),
    ofAgent,
  };
}
