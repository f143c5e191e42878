import { COMMIT_POINT } from '../../tools/failpoints.ts';
import { between, hold, type Nemesis } from './nemesis.ts';

/**
 * The answer to a COMMIT is lost: it went through, and the server is told that the connection broke. A SQLite file has no
 * connection to cut, so an error is thrown right after the commit; whatever the commit was for.
 */
export const lostCommit: Nemesis = {
  name: 'N10',
  what: 'a commit goes through, and the server is told that the connection broke',
  lane: 'people',
  weight: 3,
  async run(rig, random, signal) {
    let thrown = 0;
    const number = random.below(rig.servers.length);
    for (let times = between(random, 1, 6); times > 0 && !signal.aborted; times -= 1) {
      const server = rig.server(number);
      // A server that starts and is told that its commit failed ends, and should: that is no fault of a running one.
      if (!rig.serves(number)) {
        await hold(between(random, 50, 400), signal);
        continue;
      }
      // It may be dead, frozen or blocked at this moment by another nemesis.
      const armed = await server.arm(COMMIT_POINT, 'throw', random.below(4)).then(
        () => true,
        () => false,
      );
      if (armed) thrown += 1;
      await hold(between(random, 50, 400), signal);
    }
    return `server ${number}, ${thrown} times`;
  },
  async heal(rig) {
    for (const server of rig.servers) if (server.running) await server.disarm().catch(() => undefined);
  },
};
