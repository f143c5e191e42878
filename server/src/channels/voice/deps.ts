import type { Database } from '../../database/database.ts';
import type { Wake } from '../../database/event-log.ts';
import type { FileStore } from '../../files/file-store.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Messaging } from '../../messaging/api.ts';
import type { FetchMedia } from '../sms/in/media.ts';
import type { Provider } from '../sms/provider/provider.ts';

export interface VoiceDeps {
  readonly db: Database;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly log: Log;
  readonly messaging: Pick<Messaging, 'receive'>;
  readonly files: FileStore;
  readonly provider: Provider;
  readonly fetchMedia: FetchMedia;
  /** Of the provider's account: signs what it calls. */
  readonly token: string;
  /** Whether somebody answers in an inbox at a time (epoch ms): its office hours. */
  readonly isOpen: (inboxId: string, at: number) => Promise<boolean>;
  /** Told after a recording is there to be fetched. */
  readonly heard: () => void;
  /** The address under which the provider asks what to do next, or tells what happened. */
  readonly hook: Hook;
}

export type Hook = (name: HookName, about?: Readonly<Record<string, string | number>>) => string;

/** What a provider calls below `/api/voice/`. */
export const HOOKS = [
  'inbound',
  'rang',
  'take',
  'accept',
  'recorded',
  'recording',
  'transcript',
  'status',
  'bridge',
  'connect',
  'bridged',
  'leg',
] as const;
export type HookName = (typeof HOOKS)[number];

export const VOICE_PATH = '/api/voice/';

export function hooksAt(publicUrl: string): Hook {
  return (name, about = {}) => {
    const query = new URLSearchParams(
      Object.entries(about).map(([key, value]): [string, string] => [key, String(value)]),
    );
    const asked = query.toString();
    return `${publicUrl}${VOICE_PATH}${name}${asked === '' ? '' : `?${asked}`}`;
  };
}
