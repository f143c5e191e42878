import { compile, type FormatCallback, type HtmlToTextOptions } from 'html-to-text';

/** Stands where a quote begins; of the range that Unicode leaves to private use. */
const MARK = '\uE0F1';
/** How much of the HTML (UTF-16 units) is looked at. */
const MOST = 200_000;

/** How mail programs mark what they quote. */
const QUOTES = [
  'div.gmail_quote',
  'div.gmail_extra',
  'blockquote.gmail_quote',
  'blockquote[type=cite]',
  'blockquote[cite]',
  'div.moz-cite-prefix',
  'div.moz-forward-container',
  'div.yahoo_quoted',
  'div.yahoo-quoted-begin',
  'div#divRplyFwdMsg',
  'div#appendonsend',
  'div#mail-editor-reference-message-container',
  'div.ms-outlook-mobile-reference-message',
  '#OLK_SRC_BODY_SECTION',
  'hr#stopSpelling',
  'div.protonmail_quote',
  'div.tutanota_quote',
  'blockquote.tutanota_quote',
  'div.zmail_extra',
  'div#zmail_quote',
  'div.WhenWrote',
  'div#isReplyContent',
  'div.quote',
  'blockquote#replyBlockquote',
  'div#replySplit',
  'div.reply_quote',
  'div.front-blockquote',
  'blockquote.front-blockquote',
  'div.freshdesk_quote',
  'div.zd-liquid-comment',
  'div#quoted',
  'div.gmx_quote',
  'div[name=quote]',
  'blockquote[name=quote]',
  'div.mail_quote',
  'div#reply-intro',
];

const marked: FormatCallback = (elem, walk, builder, options) => {
  builder.openBlock({ leadingLineBreaks: 1 });
  builder.addInline(MARK);
  walk(elem.children, builder);
  builder.closeBlock({ trailingLineBreaks: options['trailingLineBreaks'] ?? 1 });
};

const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  limits: { maxDepth: 200 },
  formatters: { marked },
  selectors: [
    ...QUOTES.map((selector) => ({ selector, format: 'marked' })),
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    { selector: 'style', format: 'skip' },
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'h2', options: { uppercase: false } },
  ],
};

const plainOf = compile(OPTIONS);

/** Letters and digits alone: in these the text and the HTML of one mail agree. */
const TELLING = /[\p{L}\p{N}]/gu;

/**
 * Offset in a mail's text after which its HTML has only quotes. Undefined where the HTML marks none, where the two forms do not
 * begin alike, or where something stands below the quote as well.
 */
export function visibleEnd(text: string, html: string): number | undefined {
  if (
    !/gmail_|cite|yahoo|divRplyFwdMsg|appendonsend|OLK_SRC|stopSpelling|quote|reference-message|zmail|WhenWrote|reply/i.test(
      html,
    )
  ) {
    return undefined;
  }
  const plain = plainOf(html.slice(0, MOST));
  const at = plain.indexOf(MARK);
  if (at < 0) return undefined;
  const before = plain.slice(0, at).match(TELLING) ?? [];
  if (before.length === 0) return undefined;
  let next = 0;
  for (const { 0: letter, index } of text.matchAll(TELLING)) {
    // Where the text shows the address of a link, the HTML does not: then the two are not compared any further.
    if (letter !== before[next]) return undefined;
    next += 1;
    if (next === before.length) return index + letter.length;
  }
  return undefined;
}
