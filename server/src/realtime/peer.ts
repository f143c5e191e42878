import type { EncodedFrame } from './frame.ts';

/** What a connection may keep waiting to be written, in bytes and in packets; beyond it, it is slow. */
export const MAX_WAITING_BYTES = 1024 * 1024;
export const MAX_WAITING_PACKETS = 1_000;

/** Answers a command; undefined where the client asked for no answer. */
export type Answer = ((ack: unknown) => void) | undefined;

/** Hears all peers of a wire: one object for all of them, so that a connection costs no functions of its own. */
export interface PeerListener {
  /** `name` and `args` are whatever the client sent. */
  command(peer: Peer, name: unknown, args: readonly unknown[], answer: Answer): void;
  /** Once, when the connection is gone, whoever closed it. */
  closed(peer: Peer): void;
}

/** One connection of a client, over whatever wire. */
export interface Peer {
  readonly id: string;
  /** The page it comes from, as the browser says; null for clients that are no browser. */
  readonly origin: string | null;
  /** Whether that page is the deployment's own, and not one that embeds it. */
  readonly ownPage: boolean;
  readonly address: string;
  listen(listener: PeerListener): void;
  /** Writes the frame. False when more is waiting to be written now than a connection may keep waiting. */
  send(frame: EncodedFrame): boolean;
  bufferedBytes(): number;
  bufferedPackets(): number;
  /** Closes after what was sent before; a client that does not read is cut off soon. */
  close(): void;
}

/** True while no more is waiting than a connection may keep waiting. */
export function hasRoom(peer: Peer): boolean {
  return peer.bufferedPackets() <= MAX_WAITING_PACKETS && peer.bufferedBytes() <= MAX_WAITING_BYTES;
}
