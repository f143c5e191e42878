import { refuse } from '@latchbox/shared';
import type { Handlers } from '../call.ts';
import type { CustomerPages, HttpDeps } from '../deps.ts';

export function simulatorHandlers({
  simulator,
}: HttpDeps): Pick<Handlers, 'simulatorInboxes' | 'simulatorWrite' | 'simulatorThread'> {
  const open = (): CustomerPages => {
    if (simulator === undefined) throw refuse('not_found');
    return simulator;
  };
  return {
    simulatorInboxes: async () => ({ inboxes: await open().inboxes() }),
    simulatorWrite: async ({ body }) => await open().write(body),
    simulatorThread: async ({ secret, query }) => ({
      messages: await open().thread(secret, query.after ?? 0),
    }),
  };
}
