import type { DownItem, StreamId } from '@latchbox/shared';
import type { StoredEvent } from '../database/event-log.ts';

/** The most that travels in one frame; what gathers beyond it leaves in the next one. */
export const FRAME_ITEMS = 200;
/** In characters of JSON, so that one frame never fills a connection's whole buffer. */
export const FRAME_LENGTH = 256 * 1024;

/** The name under which frames cross the wire. */
export const FRAME = 'frame';

/**
 * A frame whose JSON was written once, for however many peers it goes to. A wire may keep here what it made of it, so that
 * the next peer on the same wire gets the same bytes.
 */
export class EncodedFrame {
  /** The JSON of `Frame`. */
  readonly json: string;
  packet: WirePacket | undefined = undefined;

  constructor(json: string) {
    this.json = json;
  }
}

/** A frame as the bytes of one WebSocket message. */
export interface WirePacket {
  readonly text: string;
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly [Buffer] };
}

/** One frame of items that are JSON already. */
export function frameOf(items: readonly string[]): EncodedFrame {
  return new EncodedFrame(`{"items":[${items.join(',')}]}`);
}

/** The JSON of an item that the server says by itself. */
export function itemJson(item: DownItem): string {
  return JSON.stringify(item);
}

/** The item that carries a stored event. Its data is JSON already, and is neither parsed nor written again. */
export function eventJson(stream: StreamId, event: StoredEvent): string {
  return `{"t":"event","event":{"stream":"${stream}","seq":${event.seq},"at":${event.at},"data":${event.data}}}`;
}

/** Cuts items into frames that keep to the limits. */
export function* framesOf(items: readonly string[]): Generator<{ frame: EncodedFrame; count: number }> {
  let start = 0;
  let length = 0;
  for (const [index, item] of items.entries()) {
    length += item.length;
    const count = index + 1 - start;
    if (count < FRAME_ITEMS && length < FRAME_LENGTH) continue;
    yield { frame: frameOf(items.slice(start, index + 1)), count };
    start = index + 1;
    length = 0;
  }
  if (start < items.length) yield { frame: frameOf(items.slice(start)), count: items.length - start };
}
