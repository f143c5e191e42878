import { pino } from 'pino';
import type { Log } from './log.ts';

/** Logs JSON lines to standard error; what is for the person who started the server goes to standard output. */
export function createLog(level: 'debug' | 'info' | 'warn' | 'error' | 'silent'): Log {
  const destination = pino.destination({ fd: 2, sync: false });
  // Whatever slips in under these names stays out of the log.
  const redact = ['token', 'password', 'key', 'secret', 'leaseToken', 'authorization', 'cookie'];
  return wrap(pino({ level, base: null, redact, serializers: { error: describeError } }, destination));
}

function wrap(logger: pino.Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    with: (fields) => wrap(logger.child(fields)),
  };
}

function describeError(error: unknown): unknown {
  return error instanceof Error ? { name: error.name, message: error.message, stack: error.stack } : error;
}
