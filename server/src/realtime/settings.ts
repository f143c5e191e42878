import { DEFAULT_RATES, type Rates } from './rates.ts';

/** What can be set about sockets. Times in ms. */
export interface RealtimeSettings {
  /** Time from one head beat of a connection to its next. */
  readonly headBeat: number;
  /** Time between two typing signals that clients are told to keep to. */
  readonly typingEvery: number;
  /** A connection that has not said hello by then is closed. */
  readonly helloWithin: number;
  /** How often the database is asked for what a lost hint would have told. */
  readonly pollEvery: number;
  /** How long a connection that does not read may keep what was written to it. */
  readonly slowFor: number;
  /** After a drain clients come back within this time, each at its own moment. */
  readonly drainSpread: number;
  /** A command that takes longer is logged. */
  readonly slowCommand: number;
  readonly rates: Rates;
}

export const DEFAULT_SETTINGS: RealtimeSettings = {
  headBeat: 5_000,
  typingEvery: 3_000,
  helloWithin: 10_000,
  pollEvery: 1_000,
  slowFor: 10_000,
  drainSpread: 2_000,
  slowCommand: 1_000,
  rates: DEFAULT_RATES,
};
