import type { Link, Transport, TransportEvents } from '../transport.ts';

/** A transport whose connections can be cut, and kept from coming back. */
export interface Breakable {
  readonly transport: Transport;
  /** Ends the connection there is, without a word, and lets none through until `mend`. */
  cut(): void;
  mend(): void;
  /** Ends the connection there is; the next one comes through. */
  blink(): void;
}

export function breakable(inner: Transport): Breakable {
  const open = new Map<Link, TransportEvents>();
  let isCut = false;
  const blink = (): void => {
    for (const [link, events] of Array.from(open)) {
      open.delete(link);
      link.close();
      events.closed('cut');
    }
  };
  return {
    transport: {
      open: (url, events) => (isCut ? refused(events) : through(inner, open, url, events)),
      async request(url, request) {
        if (isCut || !inner.request) throw new TypeError('The line is cut.');
        return await inner.request(url, request);
      },
    },
    cut() {
      isCut = true;
      blink();
    },
    mend() {
      isCut = false;
    },
    blink,
  };
}

function through(
  inner: Transport,
  open: Map<Link, TransportEvents>,
  url: string,
  events: TransportEvents,
): Link {
  const link = inner.open(url, {
    opened: () => events.opened(),
    frame: (frame) => events.frame(frame),
    closed(reason) {
      open.delete(link);
      events.closed(reason);
    },
  });
  open.set(link, events);
  return {
    request: (name, input, answer) => link.request(name, input, answer),
    signal: (name, input) => link.signal(name, input),
    close() {
      open.delete(link);
      link.close();
    },
  };
}

function refused(events: TransportEvents): Link {
  let closed = false;
  queueMicrotask(() => {
    if (!closed) events.closed('cut');
  });
  return {
    request: () => {},
    signal: () => {},
    close() {
      closed = true;
    },
  };
}
