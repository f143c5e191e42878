import { useConnection, useConversations } from '@latchbox/client/react';
import { useState } from 'react';
import { Thread } from './thread';
import { clock } from './words';

export function App() {
  const connection = useConnection();
  const [openId, setOpenId] = useState<string | null>(null);
  if (connection.name === 'needs-auth') return <SignIn why={connection.error.message} />;
  return (
    <div className="app">
      {connection.name === 'reconnecting' && connection.slow && (
        <p className="line" role="status">
          Reconnecting… What you send now waits.
        </p>
      )}
      {connection.name === 'outdated' && <p className="line">Please reload this page.</p>}
      <List openId={openId} onOpen={setOpenId} />
      {openId === null ? (
        <p className="blank">Choose a conversation.</p>
      ) : (
        <Thread key={openId} id={openId} />
      )}
    </div>
  );
}

function List({ openId, onOpen }: { openId: string | null; onOpen: (id: string) => void }) {
  const { rows, status, hasMore, more } = useConversations(null, { status: 'open' });
  return (
    <nav className="list" aria-label="Conversations">
      <h1>Inbox</h1>
      {status === 'ready' && rows.length === 0 && <p className="blank">Nothing to answer.</p>}
      {rows.map((row) => (
        <button
          key={row.id}
          type="button"
          aria-current={row.id === openId || undefined}
          onClick={() => onOpen(row.id)}
        >
          <span className={row.unread ? 'unread' : ''}>{row.contact.name}</span>
          {row.lock.status === 'held' ? (
            <span className="held">{row.lock.holder.name}</span>
          ) : (
            <time>{clock(row.lastAt)}</time>
          )}
          <span className="preview">{row.subject}</span>
        </button>
      ))}
      {hasMore && (
        <button type="button" onClick={() => void more()}>
          More
        </button>
      )}
    </nav>
  );
}

/** The host's own sign-in would be here. */
function SignIn({ why }: { why: string }) {
  return (
    <form className="sign-in" action="/sign-in">
      <h1>My application</h1>
      <label>
        Email <input name="email" type="email" required defaultValue="tess@fernhillpaper.example" />
      </label>
      <button type="submit" className="go">
        Sign in
      </button>
      <small>{why}</small>
    </form>
  );
}
