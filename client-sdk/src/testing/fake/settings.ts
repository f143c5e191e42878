import { MIN_SUPPORTED_PROTOCOL, PROTOCOL_VERSION } from '@latchbox/shared/realtime/version';

/** What a test may set of the fake server, at any time. */
export interface GatewaySettings {
  headBeat: number;
  typingEvery: number;
  typingExpires: number;
  /** How long a token is good, in ms; null: for ever. */
  tokenLife: number | null;
  protocol: number;
  minimumProtocol: number;
  /** The most events that are replayed; further behind gets `resync`. */
  replayMost: number;
}

export const DEFAULT_SETTINGS: GatewaySettings = {
  headBeat: 5_000,
  typingEvery: 3_000,
  typingExpires: 6_000,
  tokenLife: null,
  protocol: PROTOCOL_VERSION,
  minimumProtocol: MIN_SUPPORTED_PROTOCOL,
  replayMost: 5_000,
};
