import { join } from 'node:path';
import express, { type Express } from 'express';
import { refuse } from '@latchbox/shared';
import type { RouteName } from '@latchbox/shared/http/index';
import { newId } from '../lib/ids.ts';
import { createRefreshCookie } from './cookies.ts';
import type { HttpDeps } from './deps.ts';
import { errorAnswers } from './errors.ts';
import { createHandlers } from './handlers/index.ts';
import { securityHeaders } from './headers.ts';
import { createCallLimits } from './limits.ts';
import { createHttpMetrics, processMetrics } from './metrics.ts';
import { mountRoutes } from './mount.ts';
import { mountProviderCalls } from './provider-calls.ts';
import { createOrigins } from './origins.ts';
import { mountWebFiles } from './web-files.ts';

const SLOW_AFTER = 1_000;
const WEB_ROOT = join(import.meta.dirname, '../../web/dist');

/** What a process without the role web still answers. */
const SYSTEM: ReadonlySet<RouteName> = new Set<RouteName>(['live', 'ready', 'metrics']);

/** The REST API by its contract, and the files of the web app. It knows addresses and headers; the services know the rest. */
export function createHttpApp(deps: HttpDeps): Express {
  const { config, directory, clock, log } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  // One proxy in front, when the settings say so; else whatever a caller writes into X-Forwarded-For is only text.
  app.set('trust proxy', config.TRUST_PROXY ? 1 : false);

  const registry = deps.metrics ?? processMetrics();
  const origins = createOrigins(deps);
  app.use((_request, response, next) => {
    const requestId = newId('req');
    response.locals['requestId'] = requestId;
    response.setHeader('X-Request-Id', requestId);
    // A proxy must not put the next request onto a connection that is about to be closed.
    if (deps.draining?.() === true) response.setHeader('Connection', 'close');
    next();
  });
  app.use(securityHeaders(config));
  app.use(['/api', '/health', '/metrics'], (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.use('/api', origins.cors);
  mountRoutes(app, {
    directory,
    origins,
    clock,
    log,
    limits: createCallLimits(config.RATE_LIMIT_FACTOR),
    handlers: createHandlers(deps, registry),
    cookie: createRefreshCookie(config),
    metrics: createHttpMetrics(registry),
    metricsToken: config.METRICS_TOKEN,
    checkAnswers: deps.checkAnswers ?? false,
    slowAfter: deps.slowAfter ?? SLOW_AFTER,
    mounts: deps.surface === 'system' ? (name) => SYSTEM.has(name) : () => true,
  });
  if (deps.surface !== 'system') mountProviderCalls(app, deps);
  if (deps.surface !== 'system') mountWebFiles(app, deps.webRoot ?? WEB_ROOT);
  app.use(() => {
    throw refuse('not_found');
  });
  app.use(errorAnswers(deps));
  return app;
}
