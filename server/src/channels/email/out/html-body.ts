const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const LINK = /https?:\/\/[^\s<>"]+/g;
/** Belongs to the sentence around a link, not to the link. */
const AFTER_LINK = /[.,;:!?)\]}'’”»]+$/;

/** A text as simple HTML: its paragraphs and lines, and its links to be followed. Nothing in it is markup but what is made here. */
export function htmlBody(text: string): string {
  const paragraphs = text
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.split('\n').map(line).join('<br>\n'));
  return [
    '<!doctype html>',
    '<html><head><meta charset="utf-8"></head>',
    '<body style="font-family: sans-serif; font-size: 15px; line-height: 1.5">',
    ...paragraphs.map((paragraph) => `<p dir="auto" style="margin: 0 0 1em">${paragraph}</p>`),
    '</body></html>',
    '',
  ].join('\n');
}

function line(text: string): string {
  let html = '';
  let at = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const link = found.replace(AFTER_LINK, '');
    html += escaped(text.slice(at, index)) + `<a href="${escaped(link)}">${escaped(link)}</a>`;
    at = index + link.length;
  }
  html += escaped(text.slice(at));
  // Spaces at the start of a line, and runs of them, mean something.
  return html.replace(/^ +| {2,}/g, (spaces) => '&nbsp;'.repeat(spaces.length));
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => ESCAPES[mark] ?? '');
}
