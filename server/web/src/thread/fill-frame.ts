/** What has no business in a mail that is only looked at; the server has taken it out, and this is the second look. */
const NEVER =
  'script, link, meta, base, iframe, frame, frameset, object, embed, applet, form, portal, template';

/** Puts a mail's HTML into the document of its frame. It is parsed apart, where nothing is loaded and nothing runs. */
export function fillFrame(inside: Document, html: string): void {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  for (const element of parsed.querySelectorAll(NEVER)) element.replaceWith(...contentOf(element));
  for (const element of parsed.querySelectorAll('*')) clean(element);
  const styles = parsed.querySelectorAll('head style');
  // A set of frames takes the place of the body, and is gone by now.
  const body = parsed.querySelector('body');
  inside.body.replaceChildren(
    ...Array.from([...styles, ...(body?.childNodes ?? [])], (node) => inside.importNode(node, true)),
  );
  for (const name of ['style', 'bgcolor', 'dir']) {
    const value = body?.getAttribute(name) ?? null;
    if (value === null) inside.body.removeAttribute(name);
    else inside.body.setAttribute(name, value);
  }
}

/** Forms are shown without what they could send. */
function contentOf(element: Element): Node[] {
  return element.localName === 'form' ? Array.from(element.childNodes) : [];
}

function clean(element: Element): void {
  for (const { name } of Array.from(element.attributes)) {
    if (name.startsWith('on') || name === 'ping' || name === 'autofocus') element.removeAttribute(name);
  }
  element.removeAttribute('xlink:href');
  if (element.localName !== 'a' && element.localName !== 'area') return;
  const address = element.getAttribute('href') ?? '';
  if (/^\s*(?:https?|mailto|tel):/i.test(address)) {
    element.setAttribute('target', '_blank');
    element.setAttribute('rel', 'noopener noreferrer nofollow');
  } else element.removeAttribute('href');
}
