import { type MailListener, type MailListenerDeps, startMailListener } from './listener.ts';

/** Where mail comes in when nothing is said about it. */
const USUAL_PORT = 2525;

/**
 * Opens the port on which mail comes in; undefined: none does. The usual port may be another server's, and that is no reason
 * not to start; one that was asked for is. Throws an `Error` in words for the operator.
 */
export async function openMailDoor(
  deps: Pick<MailListenerDeps, 'intake' | 'clock' | 'log'>,
  { SMTP_PORT, HOST }: { readonly SMTP_PORT?: number | undefined; readonly HOST: string },
): Promise<MailListener | undefined> {
  const port = SMTP_PORT ?? USUAL_PORT;
  if (port === 0) return undefined;
  try {
    return await startMailListener({ ...deps, port, host: HOST });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EADDRINUSE') throw error;
    if (SMTP_PORT === undefined) {
      deps.log.warn('No mail comes in here: the usual port is taken. Set SMTP_PORT to another one.', {
        port,
      });
      return undefined;
    }
    throw new Error(
      `Port ${port} is taken. Stop what uses it, or let mail come in on another one: SMTP_PORT=${port + 1} npm start`,
    );
  }
}
