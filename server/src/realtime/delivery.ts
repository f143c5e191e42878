import type { Database } from '../database/database.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Goodbye, LiveConnection } from './connection.ts';
import { Gathering } from './gathering.ts';
import { createMemberships, type Members, type Memberships } from './memberships.ts';
import { Pump, type PumpFigures } from './pump.ts';
import { createSlowConnections, type SlowConnections } from './slow.ts';
import { Subscriptions } from './subscriptions.ts';

export interface DeliveryDeps {
  readonly db: Pick<Database, 'read'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly logEpoch: string;
  readonly slowFor: number;
  readonly figures?: PumpFigures | undefined;
  readonly counts: { frames: number; deliveries: number; closedAsSlow: number };
  /** Who is a member of the inbox has changed; its deliveries are ended already where they must be. */
  readonly onMembers: (inboxId: string, members: Members) => void;
  readonly close: (connection: LiveConnection, goodbye: Goodbye) => void;
}

/** The way of an event from the log to the connections of this server, and who may see it. */
export interface Delivery {
  readonly pump: Pump;
  readonly memberships: Memberships;
  readonly subscriptions: Subscriptions;
  readonly slow: SlowConnections;
  readonly onSlow: (connection: LiveConnection) => void;
  close(): void;
}

const TOO_SLOW: Goodbye = { code: 'slow_consumer', message: 'This connection did not read fast enough.' };
const LOG_GAP: Goodbye = { code: 'resync', message: 'The log is not what it was; load afresh.' };

export function createDelivery(deps: DeliveryDeps): Delivery {
  const { counts, onMembers, close } = deps;
  const onSlow = (connection: LiveConnection): void => slow.add(connection);
  const memberships = createMemberships({
    db: deps.db,
    onChange(inboxId, members) {
      subscriptions.keepMembers(inboxId, members);
      onMembers(inboxId, members);
    },
  });
  const pump = new Pump({ ...deps, gathering: new Gathering(deps.clock), memberships, onSlow });
  const subscriptions: Subscriptions = new Subscriptions({
    ...deps,
    pump,
    memberships,
    onSlow,
    onGap: (connection) => close(connection, LOG_GAP),
  });
  const slow = createSlowConnections({
    clock: deps.clock,
    slowFor: deps.slowFor,
    pause: (connection) => subscriptions.pause(connection),
    resume: (connection) => subscriptions.resume(connection),
    giveUp(connection) {
      counts.closedAsSlow += 1;
      close(connection, TOO_SLOW);
    },
  });
  return {
    pump,
    memberships,
    subscriptions,
    slow,
    onSlow,
    close() {
      pump.close();
      slow.close();
    },
  };
}
