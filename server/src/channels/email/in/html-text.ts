import { compile } from 'html-to-text';
import { notTooDeep } from '../html/not-too-deep.ts';

/** How much of the HTML (UTF-16 units) is looked at: the rest would not fit into an entry, and takes its time. */
const MOST = 300_000;

const convert = compile({
  wordwrap: false,
  limits: { maxDepth: 200 },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'style', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, noAnchorUrl: true } },
    { selector: 'h1', options: { uppercase: false } },
    { selector: 'h2', options: { uppercase: false } },
    { selector: 'h3', options: { uppercase: false } },
    { selector: 'h4', options: { uppercase: false } },
    { selector: 'h5', options: { uppercase: false } },
    { selector: 'h6', options: { uppercase: false } },
    { selector: 'table', format: 'block' },
    { selector: 'tr', format: 'block' },
  ],
});

/** The text of a mail that has only HTML. Links whose text says something else show where they lead. `cut`: not all of it was looked at. */
export function textOfHtml(html: string): { readonly text: string; readonly cut: boolean } {
  const looked = notTooDeep(html.slice(0, MOST));
  return { text: convert(looked), cut: looked.length < html.length };
}
