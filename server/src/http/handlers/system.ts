import type { Registry } from 'prom-client';
import { type Handlers, RawAnswer } from '../call.ts';
import type { HttpDeps } from '../deps.ts';
import { openApiDocument } from '../openapi.ts';

export function systemHandlers(
  deps: HttpDeps,
  metrics: Registry,
): Pick<Handlers, 'live' | 'ready' | 'metrics' | 'openApi'> {
  let document: Record<string, unknown> | undefined;
  return {
    live: () => Promise.resolve({ live: true }),

    async ready() {
      const checks = await checkAll(deps);
      const ready = Object.values(checks).every(Boolean);
      if (ready) return { ready, checks };
      return new RawAnswer({
        status: 503,
        type: 'application/json',
        body: JSON.stringify({ ready, checks }),
      });
    },

    metrics: async () => new RawAnswer({ type: metrics.contentType, body: await metrics.metrics() }),

    openApi: () => Promise.resolve((document ??= openApiDocument())),
  };
}

async function checkAll({ db, ready, log }: HttpDeps): Promise<Record<string, boolean>> {
  const ask = ready ?? (() => db.now().then(() => ({ database: true })));
  try {
    return await ask();
  } catch (error) {
    log.warn('A readiness check failed', { error: String(error) });
    return { checks: false };
  }
}
