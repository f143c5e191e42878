import { unwrap } from './entries.ts';
import type { DemoAgent } from './types.ts';

/** A call to the number of the shop. */
export interface DemoCall {
  /** A slug no conversation and no other call has. */
  readonly key: string;
  /** The caller's number. */
  readonly from: string;
  readonly minutesAgo: number;
  /** Undefined: nobody took it. */
  readonly taken?: { readonly by: DemoAgent; readonly seconds: number };
  /** What was left after the tone; the sound of it is made up. */
  readonly voicemail?: { readonly seconds: number; readonly words: string };
}

export const demoCalls: readonly DemoCall[] = [
  {
    key: 'call-guest-book',
    from: '+447700900861',
    minutesAgo: 31,
    voicemail: {
      seconds: 9,
      words:
        unwrap(`Hello, this is Imke from the registry office. I would like a guest book in dark blue linen, with a name
        on it. Could somebody call me back before four?`),
    },
  },
  { key: 'call-opening-times', from: '+447700900893', minutesAgo: 262, taken: { by: 'jonas', seconds: 94 } },
];
