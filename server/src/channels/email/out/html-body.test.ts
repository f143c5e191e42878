import { describe, expect, it } from 'vitest';
import { htmlText } from './html-body.ts';

const inner = (text: string) =>
  htmlText(text)
    .replace(/^[\s\S]*?<body[^>]*>\n/, '')
    .replace(/\n<\/body>[\s\S]*$/, '')
    .replaceAll(/<p dir="auto"[^>]*>/g, '<p>');

describe('a text as HTML', () => {
  it('keeps paragraphs, lines and indents', () => {
    expect(inner('One\ntwo\n\n\nThree\n  indented  wide')).toBe(
      '<p>One<br>\ntwo</p>\n<p>Three<br>\n&nbsp;&nbsp;indented&nbsp;&nbsp;wide</p>',
    );
  });

  it('makes nothing of what looks like markup', () => {
    expect(inner('<script>alert("1")</script> & more')).toBe(
      '<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more</p>',
    );
  });

  it('lets links be followed, and nothing else be one', () => {
    expect(inner('See https://x.example/a?b=1&c="2" (or http://y.example).')).toBe(
      '<p>See <a href="https://x.example/a?b=1&amp;c=">https://x.example/a?b=1&amp;c=</a>&quot;2&quot; ' +
        '(or <a href="http://y.example">http://y.example</a>).</p>',
    );
    expect(inner('javascript:alert(1)')).toBe('<p>javascript:alert(1)</p>');
  });
});
