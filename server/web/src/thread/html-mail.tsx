import './html-mail.css';
import type { Conversation } from '@latchbox/client';
import { ImageOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { errorWords } from '../lib/error-words.ts';
import { useDelayed } from '../lib/use-delayed.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { BodyText } from './body-text.tsx';
import { MailFrame } from './mail-frame.tsx';
import type { MessageEntry } from './message-entry.ts';

type Html = Awaited<ReturnType<Conversation['html']>>;

/** A mail's own HTML, as the server has cleaned it. Pictures from elsewhere are shown only when that was asked for. */
export function HtmlMail({ conversation, entry }: { conversation: Conversation; entry: MessageEntry }) {
  const [images, setImages] = useState(false);
  const { html, error, retry } = useHtml(conversation, entry.position, images);
  const late = useDelayed(html === null && error === undefined);
  if (error !== undefined) {
    return (
      <>
        <p className="hint" role="alert">
          The formatted mail did not load. {errorWords(error)}{' '}
          <button type="button" className="link" onClick={retry}>
            Try again
          </button>
        </p>
        <BodyText body={entry.body} folds={entry.folds} />
      </>
    );
  }
  if (html === null)
    return <div className="html-wait">{late ? <span className="hint">Loading…</span> : null}</div>;
  return (
    <>
      {html.remoteImages > 0 && !images ? (
        <Blocked count={html.remoteImages} onShow={() => setImages(true)} />
      ) : null}
      <MailFrame
        html={html.html}
        title={`Formatted message from ${entry.author.name}`}
        onReading={() => conversation.activity('reading')}
      />
    </>
  );
}

function Blocked({ count, onShow }: { count: number; onShow: () => void }) {
  const several = count > 1;
  return (
    <div className="html-blocked">
      <Icon of={ImageOff} size={16} />
      <span>
        <b>
          {count} {several ? 'images are' : 'image is'} not shown.
        </b>{' '}
        Loading {several ? 'them' : 'it'} tells the sender that this was opened.
      </span>
      <Button size="small" onClick={onShow}>
        Show images
      </Button>
    </div>
  );
}

function useHtml(conversation: Conversation, position: number, images: boolean) {
  const [state, setState] = useState<{ html: Html | null; error: unknown }>({ html: null, error: undefined });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let over = false;
    setState((before) => ({ ...before, error: undefined }));
    conversation.html(position, { images }).then(
      (html) => (over ? undefined : setState({ html, error: undefined })),
      (error: unknown) => (over ? undefined : setState({ html: null, error })),
    );
    return () => {
      over = true;
    };
  }, [conversation, position, images, round]);
  return { ...state, retry: () => setRound((last) => last + 1) };
}
