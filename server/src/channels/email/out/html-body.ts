import { PICTURE_MARK, pictureWord } from '../../../lib/picture-marks.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const LINK = /https?:\/\/[^\s<>"]+/g;
/** Belongs to the sentence around a link, not to the link. */
const AFTER_LINK = /[.,;:!?)\]}'’”»]+$/;
/** The Content-ID of a picture by the id of its upload; undefined: there is no such picture. */
export type ContentIdOf = (attachmentId: string) => string | undefined;
const noPictures: ContentIdOf = () => undefined;

/** A whole mail of these parts. */
export function htmlPage(...parts: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html><head><meta charset="utf-8"></head>',
    '<body style="font-family: sans-serif; font-size: 15px; line-height: 1.5">',
    ...parts.filter((part) => part !== ''),
    '</body></html>',
    '',
  ].join('\n');
}

/**
 * A text as simple HTML: its paragraphs and lines, its links to be followed, and its pictures. Nothing in it is markup but what is
 * made here.
 */
export function htmlText(text: string, contentIdOf: ContentIdOf = noPictures): string {
  if (text.trim() === '') return '';
  const paragraphs = text
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .map((paragraph) =>
      paragraph
        .split('\n')
        .map((one) => line(one, contentIdOf))
        .join('<br>\n'),
    );
  return paragraphs.map((paragraph) => `<p dir="auto" style="margin: 0 0 1em">${paragraph}</p>`).join('\n');
}

/** A text as its plain form leaves: pictures by their names. */
export function plainText(text: string, contentIdOf: ContentIdOf = noPictures): string {
  return text.replace(PICTURE_MARK, (whole, name: string, id: string) =>
    contentIdOf(id) === undefined ? whole : pictureWord(name),
  );
}

/** The ids of the pictures that a text shows. */
export function picturesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(PICTURE_MARK)].flatMap(([, , id]) => id ?? []));
}

function line(text: string, contentIdOf: ContentIdOf): string {
  let html = '';
  let at = 0;
  for (const { 0: found, 1: name = '', 2: id = '', index } of text.matchAll(PICTURE_MARK)) {
    const contentId = contentIdOf(id);
    if (contentId === undefined) continue;
    const picture = `<img src="cid:${escaped(contentId)}" alt="${escaped(name)}" style="max-width: 100%">`;
    html += linked(text.slice(at, index)) + picture;
    at = index + found.length;
  }
  html += linked(text.slice(at));
  // Spaces at the start of a line, and runs of them, mean something.
  return html.replace(/^ +| {2,}/g, (spaces) => '&nbsp;'.repeat(spaces.length));
}

function linked(text: string): string {
  let html = '';
  let at = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const link = found.replace(AFTER_LINK, '');
    html += escaped(text.slice(at, index)) + `<a href="${escaped(link)}">${escaped(link)}</a>`;
    at = index + link.length;
  }
  return html + escaped(text.slice(at));
}

/** A text with nothing in it that HTML would take for its own. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (mark) => ESCAPES[mark] ?? '');
}
