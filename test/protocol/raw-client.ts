/** A client that knows nothing but `docs/protocol.md`: text frames over a plain WebSocket. */

import { once } from 'node:events';

export interface RawClient extends Disposable {
  send(text: string): void;
  /** The next frame that is neither a ping nor a `frame` event. */
  next(): Promise<string>;
  /** The first event item, not taken yet, that `match` accepts. */
  event(match: (event: { readonly type: string }) => boolean): Promise<unknown>;
}

interface Item {
  readonly t: string;
  readonly event?: { readonly data: { readonly type: string } };
}

const FRAME = '42["frame",';

export async function connectRaw(url: string): Promise<RawClient> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const frames: string[] = [];
  const events: { readonly type: string }[] = [];
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  socket.addEventListener('message', ({ data }) => {
    const text = String(data);
    if (text === '2') return socket.send('3');
    if (text.startsWith(FRAME)) {
      const [, frame] = JSON.parse(text.slice(2)) as [string, { readonly items: readonly Item[] }];
      for (const item of frame.items) if (item.event !== undefined) events.push(item.event.data);
    } else frames.push(text);
    tell();
  });
  socket.addEventListener('close', ({ code }) => {
    frames.push(`closed ${code}`);
    tell();
  });
  await once(socket, 'open');

  async function take<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await changed.promise;
    }
  }
  return {
    send: (text) => socket.send(text),
    next: () => take(() => frames.shift()),
    event: (match) =>
      take(() => {
        const at = events.findIndex(match);
        return at < 0 ? undefined : events.splice(at, 1)[0];
      }),
    [Symbol.dispose]: () => socket.close(),
  };
}
