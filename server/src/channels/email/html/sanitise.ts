import { createRequire } from 'node:module';
import type { Attributes, IOptions } from 'sanitize-html';
import { onDemand } from '../../../lib/on-demand.ts';
import { notTooDeep } from './not-too-deep.ts';
import { allowedStyles } from './styles.ts';

const require = createRequire(import.meta.url);
const sanitizer = onDemand(() => require('sanitize-html') as typeof import('sanitize-html'));

/**
 * The version of these rules. What was made by an older one is made again at its next view, so a hole that is mended is
 * mended for old mails too.
 */
export const HTML_RULES = 1;
/** Longest HTML (UTF-16 units) that is shown; the raw mail has the rest. */
const LONGEST = 500_000;

const words = (text: string): string[] => text.trim().split(/\s+/);

const TAGS = words(`
  a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt
  em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp
  section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr
`);
/** What stands in these is no text of the mail, or is read differently by different parsers: it goes as a whole. */
const DROPPED_WHOLE = words(`
  applet audio embed frameset iframe math noembed noframes noscript object option script style svg template textarea title
  video xmp plaintext
`);

/** Attributes in which an image's source waits until it is known who looks, and whether remote ones are wanted. */
const CID = 'data-cid';
const REMOTE = 'data-remote';

const LINK = /^(?:https?:\/\/|mailto:|tel:)/i;
const REMOTE_IMAGE = /^https?:\/\//i;
const OWN_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]+$/i;

const OPTIONS: IOptions = {
  allowedTags: TAGS,
  nonTextTags: DROPPED_WHOLE,
  allowedAttributes: {
    '*': ['dir', 'lang', 'title', 'align', 'valign', 'bgcolor', 'width', 'height', 'style'],
    a: ['href', 'target', 'rel'],
    bdo: ['dir'],
    col: ['span'],
    colgroup: ['span'],
    details: ['open'],
    font: ['color', 'face', 'size'],
    hr: ['size', 'noshade'],
    img: ['src', 'alt', 'border', 'hspace', 'vspace', CID, REMOTE],
    li: ['value'],
    ol: ['start', 'type', 'reversed'],
    table: ['border', 'cellpadding', 'cellspacing'],
    td: ['colspan', 'rowspan', 'nowrap'],
    th: ['colspan', 'rowspan', 'nowrap', 'scope'],
    ul: ['type'],
  },
  allowedStyles: { '*': allowedStyles },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['data'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  enforceHtmlBoundary: false,
  nestingLimit: 200,
  transformTags: { a: (_name, given) => link(given), img: (_name, given) => image(given) },
};

/** Only links that lead out of the mail; a relative one would lead into our own pages. */
function link(given: Attributes) {
  const attribs: Attributes = { ...given };
  for (const name of ['href', 'target', 'rel']) delete attribs[name];
  const href = target(given['href']);
  const leadsOut = LINK.test(href) && URL.canParse(href);
  const out: Attributes = leadsOut ? { href, target: '_blank', rel: 'noopener noreferrer nofollow' } : {};
  return { tagName: 'a', attribs: { ...out, ...attribs } };
}

function image(given: Attributes) {
  const attribs: Attributes = { ...given };
  for (const name of ['src', CID, REMOTE]) delete attribs[name];
  const source = target(given['src']);
  if (/^cid:/i.test(source)) attribs[CID] = source.slice(4);
  else if (REMOTE_IMAGE.test(source)) attribs[REMOTE] = source;
  else if (OWN_IMAGE.test(source)) attribs['src'] = source.replaceAll(/\s/g, '');
  return { tagName: 'img', attribs };
}

/** As a browser reads an address: without controls and spaces around it. */
function target(address: string | undefined): string {
  return (address ?? '').replaceAll(/[\u0000-\u001f\u007f]/g, '').trim();
}

/**
 * The HTML of a mail without anything that acts, loads or leads somewhere unseen. Images have no source yet but what they
 * bring themselves: `withImages` gives it to them.
 */
export function sanitiseHtml(html: string): string {
  return sanitizer()(notTooDeep(html.slice(0, LONGEST).toWellFormed().replaceAll('\u0000', '')), OPTIONS);
}

export interface ShownHtml {
  readonly html: string;
  /** How many images would come from other servers. */
  readonly remoteImages: number;
}

/**
 * Gives the images of sanitised HTML their sources: files of the mail by `linkOf` (undefined: there is no such file), those on
 * other servers by `remoteOf`, where they are wanted.
 */
export function withImages(
  sanitised: string,
  linkOf: (contentId: string) => string | undefined,
  remoteOf: ((url: string) => string | undefined) | undefined,
): ShownHtml {
  let remoteImages = 0;
  const source = (_all: string, kind: string, value: string): string => {
    if (kind === 'cid') {
      const found = linkOf(contentIdOf(value));
      return found === undefined ? '' : ` src="${escaped(found)}"`;
    }
    remoteImages += 1;
    const from = remoteOf?.(plain(value));
    return from === undefined ? '' : ` src="${escaped(from)}" referrerpolicy="no-referrer"`;
  };
  // Of our own making: quotes and angle brackets in attributes are escaped.
  const html = sanitised.replaceAll(/<img\b[^>]*>/g, (img) =>
    img.replaceAll(/ data-(cid|remote)="([^"]*)"/g, source),
  );
  return { html, remoteImages };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** Without the escapes of an attribute. */
function plain(value: string): string {
  return value.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

function contentIdOf(value: string): string {
  try {
    // The cid scheme is a URL, where the header is not (RFC 2392).
    return decodeURIComponent(plain(value));
  } catch {
    return plain(value);
  }
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
