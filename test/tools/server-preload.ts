/**
 * Loaded into a server under test before its own code (`node --import`), and into no other: lets the test move the
 * server's clock, stop its event loop, and arm the failpoints that a patched copy of the sources calls. Until it is told
 * something it changes nothing.
 */

import { flushCompileCache } from 'node:module';

/** What happens at an armed failpoint: the process dies, freezes, or an error is thrown as if a connection broke there. */
export type FailAction = 'kill' | 'stop' | 'throw';

/** What a test asks of a server process over its IPC channel; each is answered with `{ done: id }`. */
export type Order =
  | { readonly id: number; readonly order: 'clock'; readonly ms: number }
  | { readonly id: number; readonly order: 'block'; readonly ms: number }
  | { readonly id: number; readonly order: 'keep compiled' }
  | { readonly id: number; readonly order: 'disarm' }
  | {
      readonly id: number;
      readonly order: 'arm';
      readonly point: string;
      readonly action: FailAction;
      /** Lets this many passages go by first. */
      readonly skip: number;
    };

declare global {
  /** Called by patched sources where a test may want the process to die or to stand still. */
  var failpoint: (point: string) => void;
}

const armed = new Map<string, { action: FailAction; skip: number }>();

globalThis.failpoint = (point) => {
  const trap = armed.get(point);
  if (trap === undefined) return;
  if (trap.skip > 0) {
    trap.skip -= 1;
    return;
  }
  armed.delete(point);
  if (trap.action === 'throw') throw new Error('the connection was reset (failpoint)');
  // To oneself both take effect before the call returns: nothing after this line runs before the test allows it.
  process.kill(process.pid, trap.action === 'kill' ? 'SIGKILL' : 'SIGSTOP');
};

let offset = 0;
const RealDate = Date;

/** The machine's clock, moved; everything else about dates stays as it is. */
globalThis.Date = new Proxy(RealDate, {
  construct(target, args: [], newTarget: typeof Date) {
    const moved = args.length === 0 ? [RealDate.now() + offset] : args;
    return Reflect.construct(target, moved, newTarget) as Date;
  },
  apply: () => new RealDate(RealDate.now() + offset).toString(),
  get: (target, name, receiver) =>
    name === 'now' ? () => RealDate.now() + offset : (Reflect.get(target, name, receiver) as unknown),
});

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

process.on('message', (order: Order) => {
  if (order.order === 'keep compiled') flushCompileCache();
  process.send?.({ done: order.id });
  if (order.order === 'clock') offset += order.ms;
  if (order.order === 'disarm') armed.clear();
  if (order.order === 'block') block(order.ms);
  if (order.order === 'arm') armed.set(order.point, { action: order.action, skip: order.skip });
});
// Whoever started this server is gone, however that came: nobody else would end it.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// The channel alone must not keep a server alive that wants to end.
process.channel?.unref();
