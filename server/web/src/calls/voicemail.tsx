import './calls.css';
import type { Attachment } from '@latchbox/client';
import { useEffect, useState } from 'react';
import { useClient } from '../app/client.ts';
import { Files } from '../files/files.tsx';

/** A recording that can be heard in its place; one that cannot be had is offered as a file. */
export function VoicemailPlayer({ files }: { files: readonly Attachment[] | undefined }) {
  const audio = files?.find(({ type }) => type.startsWith('audio/'));
  if (audio === undefined) return <Files files={files} />;
  return <Player key={audio.id} audio={audio} />;
}

function Player({ audio }: { audio: Attachment }) {
  const client = useClient();
  const [link, setLink] = useState<{ readonly url: string } | 'none' | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let over = false;
    client.fileLink(audio.id).then(
      (found) => (over ? undefined : setLink(found)),
      () => (over ? undefined : setLink('none')),
    );
    return () => {
      over = true;
    };
  }, [client, audio.id, round]);
  if (link === 'none') return <Files files={[audio]} />;
  return (
    <audio
      className="voicemail"
      controls
      preload="metadata"
      src={link?.url}
      aria-label="Voicemail"
      // Its link lived for some minutes: a new one is asked for once.
      onError={() => (round === 0 ? setRound(1) : setLink('none'))}
    />
  );
}
