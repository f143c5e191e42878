import type { EventMap, LatchboxClient } from '@latchbox/client';
import { useEffect, useRef } from 'react';
import { firstName } from '../lib/people.ts';
import { useToast } from '../ui/toasts.tsx';
import { useClient } from './client.ts';
import { showNotice } from './desktop-notice.ts';
import { parsePlace, placePath } from './place.ts';
import { navigate, usePath } from './router.ts';

interface Notice {
  readonly conversationId: string;
  readonly words: string;
}

/** Says what comes to me from colleagues while its conversation is not the one on the page: passed on, offered, asked for. */
export function LockNotices() {
  const client = useClient();
  const say = useToast();
  const path = usePath();
  const place = useRef(parsePlace(path));
  useEffect(() => {
    place.current = parsePlace(path);
  }, [path]);
  useEffect(() => {
    const show = ({ conversationId, words }: Notice): void => {
      const { view, conversationId: openId } = place.current;
      // What is on the page says it itself.
      if (openId === conversationId) return;
      if (document.visibilityState !== 'visible') showNotice(words, 'Open Latchbox to answer.');
      say(words, () => navigate(placePath({ view, conversationId })), 'Open');
    };
    const stops = [
      client.on('lock.received', (told) => show(received(client, told))),
      client.on('lock.offered', (told) => show(offered(client, told))),
      client.on('lock.asked', (told) => show(askedFor(client, told))),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, say]);
  return null;
}

/** "#10482", or words where its number is not known here. */
function called(client: LatchboxClient, conversationId: string): string {
  const number = client.conversation(conversationId).getSnapshot().row?.number;
  return number === undefined ? 'a conversation' : `#${number}`;
}

function received(
  client: LatchboxClient,
  { conversationId, from, note, how }: EventMap['lock.received'],
): Notice {
  const what = called(client, conversationId);
  const said = note === '' ? '' : `: “${note}”`;
  const who = from === null ? 'You have' : `${firstName(from.name)} passed you`;
  return {
    conversationId,
    words: how === 'asked' && from === null ? `${what} is yours now` : `${who} ${what}${said}`,
  };
}

function offered(client: LatchboxClient, { conversationId, from, note }: EventMap['lock.offered']): Notice {
  const what = called(client, conversationId);
  if (from === null) return { conversationId, words: `It is your turn in ${what}` };
  const said = note === '' ? '' : `: “${note}”`;
  return { conversationId, words: `${firstName(from.name)} hands ${what} over to you${said}` };
}

function askedFor(client: LatchboxClient, { conversationId, ask }: EventMap['lock.asked']): Notice {
  return { conversationId, words: `${firstName(ask.from.name)} asks for ${called(client, conversationId)}` };
}
