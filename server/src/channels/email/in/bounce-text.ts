import { saidCodes } from './bounce-words.ts';

/** What the text of a bounce says of one address. */
export interface FailureInText {
  /** Lower case. */
  readonly address: string;
  readonly status: string | null;
  readonly code: string | null;
  readonly reason: string;
  /** The recipient had been taken; what was written was refused. */
  readonly atData: boolean;
}

/** How far the text is looked at (characters), and most addresses in it. */
const WITHIN = 32_768;
const MOST = 100;
/** No server writes longer lines, and what looks at them backtracks. */
const LONGEST_LINE = 1_000;
const MARK_WITHIN = 120;

const ADDRESS = String.raw`[^\s@<>"(),:;\\\[\]]{1,64}@[^\s@<>"(),:;\\\[\]]{1,255}`;
/** A line that begins with an address, or names one as the recipient. */
const BEGINS = new RegExp(String.raw`^\s*(?:<(${ADDRESS})>|(${ADDRESS}))(?:\s*[:.(\[]|\s|$)`);
const WORD = 'recipients?(?: address)?|address|empf[aä]nger|destinataire|destinatario';
const NAMES = new RegExp(
  // Within a sentence only in angle brackets: many an address is just spoken of.
  String.raw`^\s*(?:${WORD})\s*[:=]\s*<?(${ADDRESS})>?|\b(?:${WORD}|to)\s*[:=]?\s*<(${ADDRESS})>`,
  'i',
);
/** Below such a line stands the mail that came back. */
const ORIGINAL =
  /^(?:received|return-path):\s|^[\s>*=_-]*(?:[-*=_]{2,}.*\b(?:original|returned|copy|headers?)\b|(?:the )?(?:header of the )?original message (?:follows|headers?)|(?:included|below|here) is a copy of|bounced e-?mail)/i;
/** What stands there is who sent it, or what was said to the server. */
const NOT_A_RECIPIENT = /\b(?:sent by|from|sender|mail from|verification failed for|contact|mailto)\b[^@]*$/i;
const DATA = />>>\s*(?:DATA|\.)|in reply to (?:end of )?DATA|end of (?:the )?(?:message )?data|TEXT command/i;

/**
 * The addresses that a bounce without an RFC 3464 part says it could not reach, each with what is said of it: its own line, and the
 * lines below until the next address or the mail that came back. `named`: addresses that its headers name (lower case).
 */
export function failuresInText(text: string, named: readonly string[]): FailureInText[] {
  const lines = ownLines(text.slice(0, WITHIN));
  const found = new Map<string, string[]>();
  let current: string[] | undefined;
  let before = '';
  for (const line of lines) {
    const address = addressOf(line, before);
    if (address !== undefined && (named.length === 0 || named.includes(address))) {
      current = found.get(address) ?? [];
      found.set(address, current);
      if (found.size > MOST) break;
    }
    current?.push(line);
    if (line.trim() !== '') before = line;
  }
  const missing = named.filter((address) => !found.has(address));
  return [
    ...[...found].map(([address, said]) => failure(address, said)),
    // Named in a header alone: everything that is said is said of them.
    ...missing.slice(0, MOST).map((address) => failure(address, answerOf(lines))),
  ];
}

/** The paragraph that says why: with a code in it, or after the words that announce it. */
function answerOf(lines: readonly string[]): string[] {
  const paragraphs = lines.join('\n').split(/\n[ \t]*\n+/);
  const after =
    paragraphs.findIndex((text) => /\b(?:response was|reason|because|error)\b.{0,20}:\s*$/i.test(text)) + 1;
  const coded = paragraphs.find((text) => saidCodes(text).code !== null);
  return [(after > 0 ? paragraphs[after] : undefined) ?? coded ?? paragraphs[0] ?? ''];
}

function ownLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.slice(0, LONGEST_LINE));
  const end = lines.findIndex((line, at) => at > 0 && ORIGINAL.test(line.slice(0, MARK_WITHIN)));
  return end < 0 ? lines : lines.slice(0, end);
}

function addressOf(line: string, before: string): string | undefined {
  const match = BEGINS.exec(line) ?? NAMES.exec(line);
  const address = match?.[1] ?? match?.[2];
  if (match === null || address === undefined) return undefined;
  const ahead = line.slice(0, match.index);
  if (NOT_A_RECIPIENT.test(ahead) || NOT_A_RECIPIENT.test(before.trim())) return undefined;
  // Said to or by a server in a transcript that belongs to the address above.
  if (/^\s*(?:>>>|<<<)/.test(line)) return undefined;
  return address.replace(/[.'>]+$/, '').toLowerCase();
}

function failure(address: string, lines: readonly string[]): FailureInText {
  // The paragraph of the address, and the next one where the address stands alone.
  const text = lines.join('\n').trim();
  const [head = '', next = ''] = text.split(/\n[ \t]*\n+/);
  const alone = head.replaceAll(/[<>:\s]/g, '').toLowerCase() === address;
  const said = (alone ? next : head).slice(0, 2_000);
  const bare = said.replaceAll(new RegExp(ADDRESS, 'g'), ' ');
  const codes = saidCodes(bare);
  const reason = answerIn(withoutAddress(said, address));
  return { address, ...codes, reason, atData: DATA.test(said) };
}

function withoutAddress(said: string, address: string): string {
  const line = said.replaceAll(/\s+/g, ' ').trim();
  const at = line.toLowerCase().indexOf(address);
  return at < 0 || at > 20 ? line : line.slice(at + address.length).replace(/^[>\s:]+/, '');
}

/** Of a transcript, what the server answered last. */
function answerIn(said: string): string {
  return said.split('<<<').at(-1)?.trim() ?? said;
}

/** The address of a field like `rfc822; user@host`, lower case; undefined where none stands there. */
export function addressWithin(field: string): string | undefined {
  return new RegExp(ADDRESS).exec(field.slice(0, LONGEST_LINE).replace(/^[^;]*;/, ''))?.[0].toLowerCase();
}
