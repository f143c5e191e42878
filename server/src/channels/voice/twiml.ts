/** The answers by which a provider is told what to do with a call (TwiML). */

export interface Verb {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly content: string | readonly Verb[];
}

export const verb = (
  name: string,
  attributes: Verb['attributes'] = {},
  content: Verb['content'] = [],
): Verb => ({ name, attributes, content });

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
// What no XML document may hold is left out: a name or a text of voicemail must not break the answer.
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const escape = (text: string): string =>
  text.replaceAll(NOT_XML, '').replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');

function written({ name, attributes, content }: Verb): string {
  const given = Object.entries(attributes)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escape(String(value))}"`]))
    .join('');
  const inside = typeof content === 'string' ? escape(content) : content.map(written).join('');
  return inside === '' ? `<${name}${given}/>` : `<${name}${given}>${inside}</${name}>`;
}

export function twiml(...verbs: readonly Verb[]): Response {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${written(verb('Response', {}, verbs))}\n`;
  return new Response(text, { headers: { 'content-type': 'text/xml; charset=utf-8' } });
}

export const say = (text: string): Verb => verb('Say', {}, text);
export const hangUp = (): Verb => verb('Hangup');
