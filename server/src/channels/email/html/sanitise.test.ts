import { describe, expect, test } from 'vitest';
import { parseDocument } from 'htmlparser2';
import { sanitiseHtml, withImages } from './sanitise.ts';
import { htmlAttacks } from './testing/attacks.ts';

const none = () => undefined;
const shown = (html: string, remote = false) =>
  withImages(
    sanitiseHtml(html),
    (id) => (id === 'logo@x' ? '/files/att_1/9/mac/a b&c.png' : undefined),
    remote ? (url) => `/files/images/${encodeURIComponent(url)}` : undefined,
  );

interface Found {
  readonly name?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly Found[];
}
function elements(html: string): Found[] {
  const all: Found[] = [];
  const walk = (nodes: readonly Found[]): void => {
    for (const node of nodes) {
      if (node.attribs !== undefined) all.push(node);
      walk(node.children ?? []);
    }
  };
  walk(parseDocument(html).children as unknown as Found[]);
  return all;
}

describe('what a mail may show', () => {
  test('text, tables and colours stay as they are', () => {
    const html =
      '<table width="100%" bgcolor="#eeeeee" cellpadding="4"><tbody><tr><td colspan="2" align="center" style="color:#333333;font-family:&quot;Segoe UI&quot;, sans-serif;padding:0 4px">Größe <b>12</b></td></tr></tbody></table>';
    expect(sanitiseHtml(html)).toBe(html);
  });

  test('links lead out, in a new tab, without saying where from', () => {
    expect(sanitiseHtml('<a href="https://x.example/?a=1&amp;b=2" target="_top">x</a>')).toBe(
      '<a href="https://x.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow">x</a>',
    );
    for (const href of ['mailto:a@b.example', 'tel:+49123', 'HTTP://x.example']) {
      expect(sanitiseHtml(`<a href="${href}">x</a>`)).toContain(`href="${href}"`);
    }
    for (const href of ['/sign-out', 'x', '#x', '//x.example', 'javascript:x', 'data:text/html,x', 'cid:x']) {
      expect(sanitiseHtml(`<a href="${href}">x</a>`), href).toBe('<a>x</a>');
    }
  });

  test('images of the mail get their links, those of other servers none but on demand', () => {
    const html =
      '<img src="cid:logo%40x" alt="Logo" width="20"><img src="CID:gone"><img src="https://t.example/1.gif?a&amp;b"><img src="data:image/png;base64,iVBO">';
    expect(shown(html)).toEqual({
      html: '<img alt="Logo" width="20" src="/files/att_1/9/mac/a b&amp;c.png" /><img /><img /><img src="data:image/png;base64,iVBO" />',
      remoteImages: 1,
    });
    const wanted = shown(html, true);
    expect(wanted.remoteImages).toBe(1);
    expect(wanted.html).toContain(
      '<img src="/files/images/https%3A%2F%2Ft.example%2F1.gif%3Fa%26b" referrerpolicy="no-referrer" />',
    );
  });

  test('a text that looks like our own marks is a text', () => {
    const { html, remoteImages } = shown(
      '<p title=\'data-remote="x"\'>&lt;img data-cid="logo@x"&gt; data-remote="y"</p>',
      true,
    );
    expect(html).toBe(
      '<p title="data-remote=&quot;x&quot;">&lt;img data-cid="logo@x"&gt; data-remote="y"</p>',
    );
    expect(remoteImages).toBe(0);
  });

  test('what runs goes with all that stands in it; what is only not known leaves its text', () => {
    expect(
      sanitiseHtml('<script>x</script><style>y</style><svg><text>z</text></svg><blink>seen</blink>'),
    ).toBe('seen');
  });

  test('very long and very deep HTML comes to an end', () => {
    expect(sanitiseHtml('<p>x</p>'.repeat(70_000)).length).toBeLessThan(500_010);
    const deep = sanitiseHtml(`<p>Before</p>${'<div>'.repeat(50_000)}x`);
    expect(deep).toContain('Before');
    expect(deep.length).toBeLessThan(5_000);
  });
});

describe('what a mail may not do (read again by a parser; Chromium runs them in test/browser)', () => {
  const allowed = new Set(['http:', 'https:', 'mailto:', 'tel:']);

  test('there is no attribute that acts or loads', () => {
    const attacks = htmlAttacks();
    expect(attacks.length).toBeGreaterThan(250);
    for (const { kind, html } of attacks) {
      const clean = withImages(sanitiseHtml(html), none, undefined).html;
      const about = `${kind}: ${html.slice(0, 300)} → ${clean.slice(0, 300)}`;
      for (const { name = '', attribs = {} } of elements(clean)) {
        expect(name, about).not.toMatch(
          /^(?:script|style|svg|math|iframe|object|embed|link|meta|base|form|input|button|video|audio|template)$/,
        );
        for (const [attribute, value] of Object.entries(attribs)) {
          expect(attribute, about).toMatch(
            /^(?:align|alt|bgcolor|border|cellpadding|cellspacing|color|colspan|dir|face|height|href|lang|open|rel|rowspan|size|src|start|style|target|title|type|valign|value|width)$/,
          );
          if (attribute === 'href') expect(allowed.has(new URL(value).protocol), about).toBe(true);
          if (attribute === 'src') expect(value, about).toMatch(/^data:image\/(?:png|jpeg|gif|webp);base64,/);
          if (attribute === 'style')
            expect(value, about).not.toMatch(/url|image|expression|@|\\|position|\/\*/i);
          if (attribute === 'target') expect(value, about).toBe('_blank');
        }
      }
    }
  });

  test('twice is the same as once', () => {
    for (const { html } of htmlAttacks()) {
      const once = withImages(sanitiseHtml(html), none, undefined).html;
      expect(sanitiseHtml(once)).toBe(once);
    }
  });
});
