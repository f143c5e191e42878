import type { ConnectionState } from '@latchbox/client';
import { fill, h, show } from './dom';
import { client } from './latchbox';
import { inboxList } from './list';
import type { Part } from './lock-bar';
import { openThread } from './thread';
import '../../look.css';

let thread: Part | undefined;

const line = h('p', { class: 'line', role: 'status' });
const list = inboxList((id) => {
  const before = thread;
  thread = openThread(id);
  (before?.element ?? blank).replaceWith(thread.element);
  before?.close();
});
const blank = h('p', { class: 'blank' }, 'Choose a conversation.');
const app = h('div', { class: 'app' }, line, list, blank);

/** The host's own sign-in would be here. */
function signIn(why: string): HTMLElement {
  const email = h('input', {
    name: 'email',
    type: 'email',
    required: true,
    value: 'tess@fernhillpaper.example',
  });
  return h(
    'form',
    { class: 'sign-in', action: '/sign-in' },
    h('h1', {}, 'My application'),
    h('label', {}, 'Email ', email),
    h('button', { class: 'go' }, 'Sign in'),
    h('small', {}, why),
  );
}

function lineWords(connection: ConnectionState): string {
  if (connection.name === 'reconnecting' && connection.slow) return 'Reconnecting… What you send now waits.';
  return connection.name === 'outdated' ? 'Please reload this page.' : '';
}

show(client.connection, (connection) => {
  line.textContent = lineWords(connection);
  line.hidden = line.textContent === '';
  const page = connection.name === 'needs-auth' ? signIn(connection.error.message) : app;
  if (!page.isConnected) fill(document.body, page);
});

// What goes wrong is shown by `client.connection`.
client.connect().catch(() => {});
