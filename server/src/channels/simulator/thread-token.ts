import { createHmac } from 'node:crypto';
import { sameSecret } from '../../lib/ids.ts';

/**
 * Gives a customer a secret for one conversation: its id and a signature, `<id>.<hmac>`. Whoever has the token is that
 * customer; it cannot be made without the deployment's secret.
 */
export function signThreadToken(conversationId: string, secret: string): string {
  return `${conversationId}.${signature(conversationId, secret)}`;
}

/** The conversation a token stands for; undefined for anything that was not signed here. */
export function readThreadToken(token: string, secret: string): string | undefined {
  const dot = token.indexOf('.');
  if (dot < 1) return undefined;
  const conversationId = token.slice(0, dot);
  return sameSecret(token.slice(dot + 1), signature(conversationId, secret)) ? conversationId : undefined;
}

function signature(conversationId: string, secret: string): string {
  // The words in front keep this apart from other uses of the same secret.
  return createHmac('sha256', secret).update(`simulator thread\n${conversationId}`).digest('base64url');
}
