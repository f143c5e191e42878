import { z } from 'zod';
import { event } from './event.ts';
import { goodbye } from './goodbye.ts';
import { head } from './head.ts';
import { lockUncertain } from './lock-uncertain.ts';
import { presence } from './presence.ts';
import { typing } from './typing.ts';
import { viewers } from './viewers.ts';

/** Everything a server may say by itself. */
export const DownItem = z.discriminatedUnion('t', [
  event,
  head,
  typing,
  viewers,
  presence,
  lockUncertain,
  goodbye,
]);
export type DownItem = z.infer<typeof DownItem>;

/** What gathered within a few milliseconds leaves together: the one Socket.IO event `frame`, with one object. */
export const Frame = z.strictObject({ items: z.array(DownItem).min(1) });
export type Frame = z.infer<typeof Frame>;
