import { useEffect, useRef } from 'react';
import { fillFrame } from './fill-frame.ts';

/** A page with rules of its own (in its file, and in the headers that the server gives it): nothing is loaded from elsewhere. */
const FRAME = '/mail-frame.html';

/** A mail that grows for ever (a height that follows the frame's) is cut here, in px, and can be scrolled. */
const HIGHEST = 12_000;

interface MailFrameProps {
  html: string;
  title: string;
  onReading: () => void;
}

/**
 * HTML that strangers wrote, in a frame: no script runs there, nothing is loaded that its page does not allow, and links
 * open in a tab of their own. The frame has this page's origin so that its height can be measured; without scripts nobody
 * inside can make use of that.
 */
export function MailFrame({ html, title, onReading }: MailFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null);
  const reading = useRef(onReading);
  useEffect(() => {
    reading.current = onReading;
  });

  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    let stop: (() => void) | undefined;
    const fill = (): void => {
      const inside = element.contentDocument;
      // The empty document from before the page came.
      if (inside === null || inside.URL === 'about:blank') return;
      stop?.();
      fillFrame(inside, html);
      stop = follow(element, inside, () => reading.current());
    };
    element.addEventListener('load', fill);
    if (element.contentDocument?.readyState === 'complete') fill();
    return () => {
      element.removeEventListener('load', fill);
      stop?.();
    };
  }, [html]);

  return (
    <iframe
      ref={frame}
      className="html-frame"
      title={title}
      src={FRAME}
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
    />
  );
}

/** Makes the frame as high as what is in it, and hears that somebody reads there. */
function follow(element: HTMLIFrameElement, inside: Document, onReading: () => void): () => void {
  const measure = (): void => {
    const height = Math.min(HIGHEST, Math.ceil(inside.documentElement.getBoundingClientRect().height));
    element.style.height = `${height}px`;
    // Only what was cut has to be scrolled.
    inside.documentElement.style.overflowY = height === HIGHEST ? 'auto' : 'hidden';
  };
  const observer = new ResizeObserver(measure);
  observer.observe(inside.body);
  measure();
  inside.addEventListener('pointermove', onReading);
  inside.addEventListener('wheel', onReading, { passive: true });
  return () => {
    observer.disconnect();
    inside.removeEventListener('pointermove', onReading);
    inside.removeEventListener('wheel', onReading);
  };
}
