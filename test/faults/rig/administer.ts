/** What an administrator does while servers come and go: again, until somebody has said that it is done. */

import { LatchboxError } from '@latchbox/shared';
import { pause } from '../../tools/eventually.ts';
import type { RestClient } from '../../tools/rest-client.ts';
import { ADMIN, type Rig } from './rig.ts';

/** More tries than any fault lasts. */
const TRIES = 60;

export interface Deed {
  /** As the audit names it. */
  readonly action: string;
  /** What it is done to; absent where only the answer says that. */
  readonly objectId?: string;
  /** Refusals that say that it is so already. */
  readonly doneAlready?: readonly string[];
  /** Who does it; the administrator unless said. */
  readonly by?: string;
}

/**
 * Does something over REST on one server after the other until it is acknowledged, and writes it down for the audit's checker.
 * Throws a refusal for good, or when nobody answered for a minute.
 */
export async function surely<T>(
  rig: Rig,
  { action, objectId, doneAlready = [], by = ADMIN }: Deed,
  work: (rest: RestClient) => Promise<T>,
): Promise<T | undefined> {
  const actorId = rig.seeded.agents[by]?.id ?? '';
  const note = (outcome: 'ok' | 'info'): void => {
    if (objectId !== undefined) rig.notebook.adminActs.push({ actorId, action, objectId, outcome });
  };
  for (let tries = 0; ; tries += 1) {
    try {
      const result = await work(rig.rest(by, tries % rig.servers.length, 3_000));
      note('ok');
      return result;
    } catch (error) {
      const code = LatchboxError.is(error) ? error.code : 'internal';
      if (tries > 0 && doneAlready.includes(code)) {
        note('info');
        return undefined;
      }
      const definite = !['offline', 'timeout', 'internal', 'rate_limited'].includes(code);
      if (definite || tries >= TRIES) throw error;
      // Nobody knows whether it was done.
      note('info');
      await pause(200);
    }
  }
}
