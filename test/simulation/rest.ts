import type { SimTime } from './time.ts';

export interface RestOptions {
  /** Ms for which it has to be still, without a break. */
  readonly still: number;
  /** Most ms that are waited for that; what has begun to be still by then has its time all the same. */
  readonly most: number;
  /** Ms between two looks. */
  readonly look: number;
}

/** Lets time pass until it has been still for long enough. Always passes `still` ms, and at most `most` and `still`. */
export async function untilStill(
  time: SimTime,
  isStill: () => boolean,
  { still, most, look }: RestOptions,
): Promise<void> {
  const latest = time.now + most;
  let since = time.now;
  for (;;) {
    if (time.now < latest && !isStill()) since = time.now + look;
    else if (time.now >= since + still) return;
    await time.advance(look);
  }
}
