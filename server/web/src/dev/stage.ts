import type { LatchboxClient } from '@latchbox/client';
import type { FakeServer } from '@latchbox/client/testing';

/** What a state is made with. */
export interface Stage {
  server: FakeServer;
  client: LatchboxClient;
}
