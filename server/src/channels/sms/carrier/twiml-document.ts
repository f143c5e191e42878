/** Documents that say what a phone hears and does (TwiML), read as far as the carrier in a box plays them. */
import { CarrierError } from './answers.ts';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** What stands directly in it. */
  readonly text: string;
}

const MOST = 64_000;
const TOKEN =
  /<!--[^]*?-->|<\?[^]*?\?>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/gy;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    if (name !== undefined) return ENTITIES[String(name)] ?? all;
    return code <= 0x10_ffff ? String.fromCodePoint(code) : all;
  });
}

const broken = (): CarrierError => new CarrierError(400, 12_100, 'Document parse failure');

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
}

/** What stands in the `Response` of a document. Throws a `CarrierError` for what is no such document. */
export function readTwiml(text: string): readonly Element[] {
  if (text.length > MOST) throw broken();
  const top: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [top];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    at += match[0].length;
    take(open, match);
  }
  const [response, ...more] = top.children;
  if (at !== text.length || open.length !== 1 || response?.name !== 'Response' || more.length > 0)
    throw broken();
  return response.children;
}

function take(open: Open[], match: RegExpExecArray): void {
  const [all, closed, begun, given = '', alone] = match;
  const inner = open.at(-1);
  if (inner === undefined) throw broken();
  if (closed !== undefined) {
    if (inner.name !== closed || open.length === 1) throw broken();
    open.pop();
    open.at(-1)?.children.push({ ...inner, text: inner.text.trim() });
  } else if (begun !== undefined) {
    const attributes = Object.fromEntries(
      [...given.matchAll(ATTRIBUTE)].map(([, key = '', double, single]) => [
        key,
        plain(double ?? single ?? ''),
      ]),
    );
    const element = { name: begun, attributes, children: [], text: '' };
    if (alone === '/') inner.children.push(element);
    else open.push(element);
  } else if (!all.startsWith('<')) inner.text += plain(all);
}
