import type { Readable } from '@latchbox/client';

type Child = Node | string | false | null;

/** Makes an element: `h('button', { class: 'go', onclick: send }, 'Send')`. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Record<string, string | boolean | ((event: Event) => void)> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  fill(element, ...children);
  return element;
}

/** Replaces what is in an element. */
export function fill(element: HTMLElement, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child) => child !== null && child !== false));
}

/** Shows a `Readable` now and whenever it changes; answers what ends that. */
export function show<T>(readable: Readable<T>, render: (value: T) => void): () => void {
  const now = () => render(readable.getSnapshot());
  now();
  return readable.subscribe(now);
}
