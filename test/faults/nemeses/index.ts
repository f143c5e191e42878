/** All nemeses, and the mix of them. */

import { failpoints } from './n2-failpoints.ts';
import { lostCommit } from './n10-lost-commit.ts';
import { busy } from './n11-busy.ts';
import { clientPartition } from './n12-client-partition.ts';
import { lostHints } from './n13-lost-hints.ts';
import { clock } from './n14-clock.ts';
import { rolling } from './n15-rolling.ts';
import { allAtOnce } from './n16-all-at-once.ts';
import { slowReader } from './n17-slow-reader.ts';
import { provider } from './n18-provider.ts';
import { pausedWorker } from './n19-paused-worker.ts';
import { kill } from './n1-kill.ts';
import { membership } from './n20-membership.ts';
import { sessionEnd } from './n21-session-end.ts';
import { stop } from './n3-stop.ts';
import { block } from './n4-block.ts';
import { redisRestart } from './n5-redis-restart.ts';
import { redisLoss } from './n6-redis-loss.ts';
import { redisHole } from './n8-redis-hole.ts';
import { redisSlow } from './n9-redis-slow.ts';
import type { Nemesis } from './nemesis.ts';

export const NEMESES: readonly Nemesis[] = [
  kill,
  failpoints,
  stop,
  block,
  redisRestart,
  redisLoss,
  redisHole,
  redisSlow,
  lostCommit,
  busy,
  clientPartition,
  lostHints,
  clock,
  rolling,
  allAtOnce,
  slowReader,
  provider,
  pausedWorker,
  membership,
  sessionEnd,
];

/** Every nemesis at random. */
export const MIX = 'N24';
