/** A line of a mail's text, and where it stands in it. */
export interface Line {
  readonly text: string;
  /** UTF-16 offset of its first unit. */
  readonly from: number;
  /** After its line feed, or the end of the text. */
  readonly to: number;
  readonly blank: boolean;
  /** Begins with `>`, perhaps after a person's initials. */
  readonly quoted: boolean;
  /** Nothing but dashes, underscores and the like. */
  readonly rule: boolean;
  /** Between marks of a program text: what looks like a quote or a rule is neither. */
  readonly code: boolean;
}

// Not the `>:` that is left of an address when a program wrapped the line above a quote.
const QUOTED = /^[ \t]{0,3}(?:[A-Z]{1,3})?>(?![ \t]*:[ \t]*$)/;
const RULE = /^[\s\u00a0]*(?:[-_=*#~+ᐧ―─━]\s*|—(?=[\s—]*—)\s*|—{2,}\s*){1,120}$/u;
const LONE_MARK = /^\s*[*#+~=]\s*$/;
const FENCE = /^\s*(?:```|~~~)/;

export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let from = 0;
  let code = false;
  while (from < text.length) {
    const feed = text.indexOf('\n', from);
    const to = feed < 0 ? text.length : feed + 1;
    const line = text.slice(from, feed < 0 ? to : feed);
    const fence = FENCE.test(line) && !/^\s*~{3,}\s*$/.test(line);
    if (fence) code = !code;
    const plain = !code && !fence;
    const blank = line.trim() === '';
    lines.push({
      text: line,
      from,
      to,
      blank,
      quoted: plain && QUOTED.test(line),
      rule: plain && !blank && RULE.test(line) && !LONE_MARK.test(line),
      code: !plain,
    });
    from = to;
  }
  // A mark that is never closed was none.
  return code ? linesOf(text.replaceAll(/^(\s*)(?:```|~~~)/gm, '$1...')) : lines;
}
