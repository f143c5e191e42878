import { createHash } from 'node:crypto';
import type { MailHeaders } from './headers.ts';

/** Headers that the servers on the way add: the same mail has others each time that it comes. */
const OF_THE_WAY =
  /^(?:received|return-path|delivered-to|envelope-to|authentication-results|received-spf|arc-|dkim-|x-|resent-|list-)/;

/**
 * What makes two mails the same one: what its sender wrote into the headers, and everything below them. Not the headers that
 * differ by the way it came; and not its id alone, which senders use twice, leave out, or make wrongly.
 */
export function contentKey(raw: Buffer, headers: MailHeaders): string {
  const hash = createHash('sha256');
  if (headers.ids('message-id').length === 0) return hash.update(raw).digest('base64url');
  const ends = [raw.indexOf('\r\n\r\n'), raw.indexOf('\n\n')].filter((at) => at >= 0);
  hash.update(JSON.stringify(headers.lines.filter(([name]) => !OF_THE_WAY.test(name))));
  return hash.update(raw.subarray(ends.length === 0 ? 0 : Math.min(...ends))).digest('base64url');
}
