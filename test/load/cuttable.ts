/** The SDK's own transport, whose connections can be cut as a dying network would: without a word. */
import { io, type Socket } from 'socket.io-client';
import type { Transport } from '@latchbox/client';

interface Engine {
  readonly transport?: { readonly ws?: { terminate?: () => void } };
}

export interface CuttableTransport extends Transport {
  /** Breaks the connection that is open, if there is one. */
  cut(): void;
}

/** Socket.IO over WebSocket, set as the SDK sets it. */
export function cuttableTransport(): CuttableTransport {
  let now: Socket | undefined;
  return {
    cut() {
      const engine = now?.io.engine as unknown as Engine | undefined;
      engine?.transport?.ws?.terminate?.();
    },
    open(url, events) {
      const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true });
      now = socket;
      let over = false;
      const end = (): void => {
        over = true;
        socket.removeAllListeners();
        socket.disconnect();
      };
      const lost = (reason: string): void => {
        if (over) return;
        end();
        events.closed(reason);
      };
      socket.on('connect', () => events.opened());
      socket.on('frame', (frame: unknown) => events.frame(frame));
      socket.on('connect_error', (error) => lost(error.message));
      socket.on('disconnect', lost);
      return {
        request: (name, input, answer) => void socket.emit(name, input, answer),
        signal: (name, input) => {
          if (socket.connected) socket.emit(name, input);
        },
        close: end,
      };
    },
    request: (url, request) => fetch(url, request as RequestInit),
  };
}
