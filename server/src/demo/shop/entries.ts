import type { DemoAgent, DemoEntry } from './types.ts';

type Told = (text: TemplateStringsArray) => DemoEntry;

/**
 * The text of a message as it is written in the source, wrapped and indented. A blank line begins a new
 * paragraph, a line beginning with a bar stays a line of its own, and every other line break is a space.
 */
export function unwrap(text: string): string {
  return text
    .trim()
    .split(/\n[ \t]*\n/)
    .map((paragraph) =>
      paragraph
        .split(/\n[ \t]*\| ?/)
        .map((line) => line.trim().replace(/\s*\n\s*/g, ' '))
        .join('\n'),
    )
    .join('\n\n');
}

export function customer(minutesAgo: number): Told {
  return (text) => ({ by: 'customer', minutesAgo, body: unwrap(text.join('')) });
}

export function reply(agent: DemoAgent, minutesAgo: number): Told {
  return (text) => ({ by: 'agent', agent, minutesAgo, body: unwrap(text.join('')) });
}

export function note(agent: DemoAgent, minutesAgo: number): Told {
  return (text) => ({ by: 'note', agent, minutesAgo, body: unwrap(text.join('')) });
}
