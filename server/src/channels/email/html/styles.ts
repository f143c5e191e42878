/** Which inline styles a mail may have: how its text looks. Not what loads something, lays it over other things, or moves. */

/**
 * One line of words, numbers, colours and quoted names. Nothing that refers to something outside: no function but those that
 * compute a colour or a size, no escapes, no comments. One pass over at most 200 characters, whatever they are.
 */
const VALUE =
  /^(?=.{1,200}$)(?!.*(?<!\brgb)(?<!\brgba)(?<!\bhsl)(?<!\bhsla)(?<!\bcalc)\()[a-z0-9#%.,+\-\s/()"'!_]*$/i;

const sides = ['top', 'right', 'bottom', 'left'];
const PROPERTIES = [
  'background',
  'background-color',
  'border',
  'border-collapse',
  'border-color',
  'border-radius',
  'border-spacing',
  'border-style',
  'border-width',
  'box-sizing',
  'clear',
  'color',
  'direction',
  'display',
  'empty-cells',
  'float',
  'font',
  'font-family',
  'font-size',
  'font-style',
  'font-variant',
  'font-weight',
  'height',
  'letter-spacing',
  'line-height',
  'list-style-type',
  'margin',
  'max-height',
  'max-width',
  'min-height',
  'min-width',
  'opacity',
  'overflow-wrap',
  'padding',
  'table-layout',
  'text-align',
  'text-decoration',
  'text-indent',
  'text-transform',
  'unicode-bidi',
  'vertical-align',
  'white-space',
  'width',
  'word-break',
  'word-spacing',
  'word-wrap',
  ...sides.flatMap((side) => [
    `border-${side}`,
    `border-${side}-color`,
    `border-${side}-style`,
    `border-${side}-width`,
    `margin-${side}`,
    `padding-${side}`,
  ]),
];

/** For sanitize-html: property → the values that it may have. */
export const allowedStyles: Record<string, RegExp[]> = Object.fromEntries(
  PROPERTIES.map((property) => [property, [VALUE]]),
);
