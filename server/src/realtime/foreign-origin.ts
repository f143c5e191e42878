import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERRORS, LatchboxError, toWireError } from '@latchbox/shared';

/** What whoever embeds Latchbox reads in the browser's console first. */
export function foreignOrigin(origin: string): LatchboxError<'forbidden'> {
  return new LatchboxError(
    'forbidden',
    {},
    {
      message: `Pages of ${origin.slice(0, 200)} may not use this token: add that origin to the "allowedOrigins" of its issuer, or to ALLOWED_ORIGINS for sign-ins.`,
    },
  );
}

const bodyOf = (error: LatchboxError): string => JSON.stringify({ error: toWireError(error) });

/** Answers an upgrade with 403 and ends its connection. Browsers hide such an answer from the page: it asks for the reason. */
export function refuseUpgrade(socket: Duplex, origin: string): void {
  const body = bodyOf(foreignOrigin(origin));
  // It may break while the answer is written, and nobody else listens any more.
  socket.on('error', () => undefined);
  socket.end(
    'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/**
 * Answers requests to the address of the sockets that are no upgrade. A page whose origin nobody allows is told so, and may read
 * it: there is nothing in it but its own origin, and the cure.
 */
export function answerPlainRequest(
  mayConnect: (request: IncomingMessage) => Promise<boolean>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    void mayConnect(request).then((may) => {
      const { origin = '' } = request.headers;
      const error = may
        ? new LatchboxError('invalid', { issues: [{ path: '', message: 'connect by WebSocket' }] })
        : foreignOrigin(origin);
      const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Vary: 'Origin' };
      // An origin is printable; what is not would be no header either.
      const readable = /^[\x21-\x7e]+$/.test(origin) && !may ? { 'Access-Control-Allow-Origin': origin } : {};
      response.writeHead(ERRORS[error.code].status, { ...headers, ...readable }).end(bodyOf(error));
    });
  };
}
