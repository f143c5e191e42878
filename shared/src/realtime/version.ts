/**
 * The number of the wire protocol. A change of any schema in `up/`, `down/` or `events/` changes the schema hash; the test
 * beside this file then fails until the number is raised and a line added here.
 *
 * History
 * - 1: first.
 * - 2: files, mail, snoozing, moving a lock, counts. Only additions: a client of 1 does not notice.
 * - 3: waiting line, offers, asks, hand-over, take-over. Only additions.
 * - 4: dropping a reply that is held. Only an addition.
 * - 5: delivery to each recipient, delayed and withdrawn replies, Cc and Bcc of a reply; writing first: accounts, contacts,
 *   compose; Reply-To, forwarded mails, conversations that move to another inbox; mail that colleagues sent elsewhere;
 *   what is known against writing to an address, files left out of what is passed on; calls, and entries that
 *   change in their place; automatic replies; notifications. Only additions.
 */
export const PROTOCOL_VERSION = 5;

/** The oldest protocol the server still speaks; below it `hello` is refused with `client_too_old` (S8). */
export const MIN_SUPPORTED_PROTOCOL = 1;
