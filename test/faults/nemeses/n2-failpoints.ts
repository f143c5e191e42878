import {
  LOCK_POINTS,
  MOVE_POINTS,
  OUTBOX_POINTS,
  RELEASE_POINT,
  REPLY_POINTS,
} from '../../tools/failpoints.ts';
import { between, hold, type Nemesis } from './nemesis.ts';

export const POINTS = [
  ...LOCK_POINTS,
  ...REPLY_POINTS,
  ...OUTBOX_POINTS,
  ...MOVE_POINTS,
  RELEASE_POINT,
] as const;
/** How long it is waited for somebody to come by, ms. */
const WAIT = 4_000;

/** kill -9 of a server by itself, at a named point of an acquire, a send, a release, or the outbox. */
export const failpoints: Nemesis = {
  name: 'N2',
  what: 'kill -9 at a named point of the code',
  lane: 'machines',
  weight: 4,
  async run(rig, random, signal) {
    const number = random.below(rig.servers.length);
    const server = rig.server(number);
    const point = random.pick(POINTS);
    rig.expectExit(number);
    await server.arm(point, 'kill', random.below(3));
    const over = new AbortController();
    const hit = await Promise.race([
      server.exited.then(() => true),
      hold(WAIT, AbortSignal.any([signal, over.signal])).then(() => false),
    ]);
    over.abort();
    if (!hit) await server.disarm().catch(() => undefined);
    await hold(between(random, 0, 1_500), signal);
    // Not reached: it goes on as it is, unless it was reached at the last moment.
    if (hit || !server.running) await rig.restart(number);
    else rig.spareExit(number);
    return `server ${number} at ${point}${hit ? '' : ' (not reached)'}`;
  },
};
