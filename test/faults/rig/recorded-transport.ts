/** The SDK's own transport, with everything that passes written down, and with a switch that takes the network away. */

import { socketIoTransport } from '@latchbox/client';
import type { Line, Recorder } from './recorder.ts';

type Transport = ReturnType<typeof socketIoTransport>;
type Events = Parameters<Transport['open']>[1];
type Link = ReturnType<Transport['open']>;

export interface RecordedTransport extends Transport {
  /** Breaks what is connected and lets nothing connect for so long, ms; `Infinity`: this client's machine is gone. */
  cut(ms: number): void;
}

export function recordedTransport(
  recorder: Recorder,
  who: { readonly client: string; readonly agentId: string; nodeOf(url: string): string },
): RecordedTransport {
  const inner = socketIoTransport();
  const living = new Set<(reason: string) => void>();
  let deadUntil = 0;

  function begin(url: string, events: Events): Link {
    const line: Line = recorder.line(who.client, who.agentId, who.nodeOf(url));
    let over = false;
    const end = (): boolean => {
      if (over) return false;
      over = true;
      living.delete(cutOff);
      line.over();
      return true;
    };
    const link = inner.open(url, {
      opened: () => events.opened(),
      frame(frame) {
        if (over) return;
        line.frame(frame);
        events.frame(frame);
      },
      closed(reason) {
        if (end()) events.closed(reason);
      },
    });
    const cutOff = (reason: string): void => {
      if (!end()) return;
      link.close();
      events.closed(reason);
    };
    living.add(cutOff);
    return {
      request(name, input, answer) {
        const answered = line.request(name, input);
        link.request(name, input, (ack) => {
          if (over) return;
          answered(ack);
          answer(ack);
        });
      },
      signal: (name, input) => link.signal(name, input),
      close() {
        end();
        link.close();
      },
    };
  }

  return {
    ...inner,
    open(url, events) {
      if (performance.now() >= deadUntil) return begin(url, events);
      const timer = setTimeout(() => events.closed('there is no network'), 20);
      return { request: () => undefined, signal: () => undefined, close: () => clearTimeout(timer) };
    },
    cut(ms) {
      deadUntil = performance.now() + ms;
      for (const cutOff of living) cutOff('the network is gone');
    },
  };
}
