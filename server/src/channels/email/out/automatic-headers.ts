/** What a mail is that nobody wrote: an answer to somebody's mail, or a notice that answers none. */
export type AutomaticKind = 'answer' | 'notice';

/**
 * Headers that tell other machines not to answer (RFC 3834, and what Exchange looks at). Mail of people carries none of them. Such a mail
 * leaves with an empty envelope sender, or one for bounces alone: never with an address that something would answer.
 */
export function automaticHeaders(kind: AutomaticKind): Readonly<Record<string, string>> {
  return {
    'Auto-Submitted': kind === 'answer' ? 'auto-replied' : 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    Precedence: 'bulk',
  };
}
