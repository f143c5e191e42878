/**
 * What a client may rely on, as seen through the SDK alone. The same list runs on the fake server and on the real one, so
 * that tests written on the fake one mean something.
 */
import { COMPOSE_BEHAVIOURS } from './compose-behaviours.ts';
import { IDLE_BEHAVIOURS } from './idle-behaviours.ts';
import { LINE_BEHAVIOURS } from './line-behaviours.ts';
import { LIVE_BEHAVIOURS } from './live-behaviours.ts';
import { LOCK_BEHAVIOURS } from './lock-behaviours.ts';
import { MOVING_BEHAVIOURS } from './moving-behaviours.ts';
import { PASSING_BEHAVIOURS } from './passing-behaviours.ts';
import { SEND_BEHAVIOURS } from './send-behaviours.ts';
import { VIEW_BEHAVIOURS } from './view-behaviours.ts';
import type { Behaviour } from './world.ts';

export type { Behaviour, ContractWorld, Participant } from './world.ts';

export const BEHAVIOURS: readonly Behaviour[] = [
  ...LOCK_BEHAVIOURS,
  ...IDLE_BEHAVIOURS,
  ...SEND_BEHAVIOURS,
  ...LIVE_BEHAVIOURS,
  ...MOVING_BEHAVIOURS,
  ...LINE_BEHAVIOURS,
  ...PASSING_BEHAVIOURS,
  ...VIEW_BEHAVIOURS,
  ...COMPOSE_BEHAVIOURS,
];
