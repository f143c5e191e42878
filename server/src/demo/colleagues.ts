import type { LatchboxClient } from '@latchbox/client';
import { LatchboxError, refuse } from '@latchbox/shared';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type Chance, createChance } from './chance.ts';
import { work } from './colleague.ts';
import { createCustomers, type CustomerDoor } from './customers.ts';
import { createPace } from './pace.ts';
import type { MailAgain } from './mail/mail-again.ts';
import { type DemoSignIn, demoSignIns } from './sign-ins.ts';

export interface ColleaguesDeps {
  /** Where the server listens. */
  readonly url: string;
  /** How many; the first two of the demo's agents stay free for people. */
  readonly count: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly customers: CustomerDoor;
  readonly mailAgain: MailAgain;
  /** The same seed plays alike, as far as the others let it. */
  readonly seed?: number;
  /** 1: as fast as people are. */
  readonly speed?: number;
}

export interface Colleagues {
  /** Everybody leaves; their locks end at once. */
  stop(): Promise<void>;
}

/** What colleagues sit in front of. */
const DEVICES = ['Firefox on Linux', 'Chrome on Windows', 'Safari on Mac OS'];
const LEFT_TO_PEOPLE = 2;

/**
 * Lets simulated colleagues work in the demo, each a client of the SDK like a browser's tab, so that one person alone sees
 * the collaboration. They run in this process: a few sockets and a timer each.
 */
export async function startColleagues(deps: ColleaguesDeps): Promise<Colleagues> {
  // Loaded only here: a server without colleagues needs no client.
  const { createLatchbox } = await import('@latchbox/client');
  const { url, clock, log, count, seed = 1, speed = 1 } = deps;
  const over = new AbortController();
  const chances = (nth: number) => createChance(seed * 1_000 + nth);
  const crowd = chances(0);
  const customers = createCustomers({
    door: deps.customers,
    mailAgain: deps.mailAgain,
    log,
    chance: crowd,
    pace: createPace(clock, crowd, speed, over.signal),
  });

  const atWork = demoSignIns.slice(LEFT_TO_PEOPLE, LEFT_TO_PEOPLE + count).map((signIn, nth) => {
    const chance: Chance = chances(nth + 1);
    const client: LatchboxClient = createLatchbox({
      url,
      auth: (_why, { signal }) => signInAt(url, signIn, signal),
      runtime: { device: DEVICES[nth % DEVICES.length] ?? 'a script' },
    });
    const codeOf = (inboxId: string) =>
      client.inboxes.getSnapshot().find(({ id }) => id === inboxId)?.apiCode;
    const done = client
      .connect({ signal: over.signal })
      .then(() =>
        work({
          client,
          chance,
          pace: createPace(clock, chance, speed, over.signal),
          log,
          answered: (row) => customers.answered(row, codeOf(row.inboxId) ?? ''),
        }),
      )
      .catch((error: unknown) => {
        if (LatchboxError.is(error, 'closed', 'aborted')) return;
        log.warn('A demo colleague went home.', { name: signIn.name, error: String(error) });
      });
    return { client, done };
  });

  return {
    async stop() {
      over.abort(refuse('closed'));
      await Promise.all(atWork.map(({ client }) => client.close()));
      await Promise.all(atWork.map(({ done }) => done));
    },
  };
}

async function signInAt(
  url: string,
  { email, password }: DemoSignIn,
  signal: AbortSignal | undefined,
): Promise<string> {
  const answer = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
    ...(signal === undefined ? {} : { signal }),
  });
  // Somebody may have changed the password of a demo agent.
  if (!answer.ok) throw refuse(answer.status === 401 ? 'unauthenticated' : 'offline');
  const { token } = (await answer.json()) as { token: string };
  return token;
}
