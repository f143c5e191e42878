import './customer.css';
import { PenLine } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useReadable } from '../lib/use-readable.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Logo } from '../ui/logo.tsx';
import { CustomerThread } from './customer-thread.tsx';
import { NewMessage } from './new-message.tsx';
import { customer, type OwnThread } from './own-threads.ts';

/** The other side of the simulated channel: writes as a customer and shows what came back. Nobody signs in here. */
export function CustomerPage() {
  const { threads } = useReadable(customer);
  // `undefined`: nothing chosen yet, the newest thread is shown; `null`: a new message is being written.
  const [chosen, setChosen] = useState<string | null>();
  const open = chosen === null ? undefined : (threads.find(({ token }) => token === chosen) ?? threads[0]);

  useEffect(() => {
    document.title = 'Customer — Latchbox';
  }, []);

  const started = (thread: OwnThread): void => {
    const before = customer.getSnapshot();
    customer.set({ ...before, threads: [thread, ...before.threads] });
    setChosen(thread.token);
  };

  return (
    <div className="customer">
      <nav className="customer-side" aria-label="Your conversations">
        <div className="customer-brand">
          <Logo size={24} />
          <span>A customer’s mail</span>
        </div>
        <p className="hint">This page stands for the mail program of somebody outside your team.</p>
        <Button onClick={() => setChosen(null)}>
          <Icon of={PenLine} size={16} />
          New message
        </Button>
        <ul className="customer-threads">
          {threads.map((thread) => (
            <li key={thread.token}>
              <button type="button" aria-current={thread === open} onClick={() => setChosen(thread.token)}>
                <b className="cut">{thread.subject}</b>
                <small className="cut">{thread.inboxName}</small>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <main className="customer-main">
        {open === undefined ? (
          <NewMessage onStarted={started} />
        ) : (
          <CustomerThread key={open.token} thread={open} />
        )}
      </main>
    </div>
  );
}
