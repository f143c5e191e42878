import type { DownItem } from '@latchbox/shared/realtime/down/index';
import type { MemoryConnection, MemoryPeer } from '../memory-transport.ts';
import type { Holder } from './world.ts';

export interface Session extends Holder {
  readonly key: string;
  ended: boolean;
}

/** One greeted or ungreeted connection. */
export interface Client extends MemoryPeer {
  readonly connection: MemoryConnection;
  session: Session | undefined;
  readonly cursors: Map<string, number>;
  readonly viewing: Set<string>;
  hidden: boolean;
  outbox: DownItem[];
  tokenEndsAt: number | null;
}
