import { type Attachment, LatchboxError } from '@latchbox/client';
import { expect, it } from 'vitest';
import { createTray, readyIds } from './tray.ts';

interface Upload {
  readonly signal: AbortSignal;
  readonly done: (attachment: Attachment) => void;
  readonly fail: (error: unknown) => void;
}

function trayWithUploads() {
  const uploads: Upload[] = [];
  const tray = createTray(
    (_file, signal) => new Promise((done, fail) => void uploads.push({ signal, done, fail })),
  );
  const states = () => tray.getSnapshot().map((file) => `${file.name} ${file.state}`);
  return { tray, uploads, states };
}

const file = (name: string, size = 10) => new File([new Uint8Array(size)], name);
const attachment = (id: string): Attachment => ({ id, name: id, type: 'text/plain', size: 10 });
const turn = () => new Promise((done) => setImmediate(done));

it('uploads what is added, and knows what is there', async () => {
  const { tray, uploads, states } = trayWithUploads();
  tray.add([file('a.txt'), file('b.txt')]);
  expect(states()).toEqual(['a.txt uploading', 'b.txt uploading']);
  uploads[1]?.done(attachment('att_b'));
  await turn();
  expect(states()).toEqual(['a.txt uploading', 'b.txt ready']);
  expect(readyIds(tray.getSnapshot())).toEqual(['att_b']);
});

it('says why an upload failed, and tries again where that can help', async () => {
  const { tray, uploads, states } = trayWithUploads();
  tray.add([file('a.txt'), file('b.txt')]);
  uploads[0]?.fail(new LatchboxError('offline', {}));
  uploads[1]?.fail(new LatchboxError('forbidden', {}));
  await turn();
  const [a, b] = tray.getSnapshot();
  expect(a).toMatchObject({ state: 'failed', why: 'The server cannot be reached.' });
  expect(b).toMatchObject({ state: 'failed', again: null });
  if (a?.state === 'failed') a.again?.();
  expect(states()).toEqual(['a.txt uploading', 'b.txt failed']);
  uploads[2]?.done(attachment('att_a'));
  await turn();
  expect(states()[0]).toBe('a.txt ready');
});

it('refuses what is too large, alone or together, without uploading it', () => {
  const { tray, uploads } = trayWithUploads();
  const mega = 1_024 * 1_024;
  tray.add([
    file('huge', 26 * mega),
    file('half', 13 * mega),
    file('other half', 13 * mega),
    file('none', 0),
  ]);
  expect(tray.getSnapshot().map((one) => (one.state === 'failed' ? one.why : one.state))).toEqual([
    'Larger than 26 MB.',
    'uploading',
    'All together larger than 26 MB.',
    'Empty, or a folder.',
  ]);
  expect(uploads).toHaveLength(1);
});

it('stops the upload of what is removed', () => {
  const { tray, uploads } = trayWithUploads();
  tray.add([file('a.txt')]);
  tray.remove(tray.getSnapshot()[0]?.key ?? '');
  expect(uploads[0]?.signal.aborted).toBe(true);
  expect(tray.getSnapshot()).toEqual([]);
});

it('gives everything away to be sent, and takes back what was not', () => {
  const { tray, states } = trayWithUploads();
  tray.add([file('a.txt')]);
  const taken = tray.take();
  expect(states()).toEqual([]);
  tray.add([file('b.txt')]);
  tray.restore(taken);
  tray.restore(taken);
  expect(states()).toEqual(['a.txt uploading', 'b.txt uploading']);
});

it('finds the file of a picture that stands in a text again, once, or says that it is gone', async () => {
  const { tray, uploads, states } = trayWithUploads();
  tray.adopt(attachment('att_1'), () => Promise.resolve());
  tray.adopt(attachment('att_1'), () => Promise.reject(new Error('twice')));
  tray.adopt(attachment('att_2'), () => Promise.reject(new LatchboxError('not_found', {})));
  expect(states()).toEqual(['att_1 uploading', 'att_2 uploading']);
  await turn();
  expect(states()).toEqual(['att_1 ready', 'att_2 failed']);
  expect(tray.getSnapshot()[1]).toMatchObject({ why: 'Its file is gone: take it out.', again: null });
  expect(readyIds(tray.getSnapshot())).toEqual(['att_1']);
  expect(uploads).toEqual([]);
});

it('keeps a file once that comes back after its text did', async () => {
  const { tray, uploads, states } = trayWithUploads();
  tray.add([file('page.png')]);
  uploads[0]?.done(attachment('att_1'));
  await turn();
  const taken = tray.take();
  tray.adopt(attachment('att_1'), () => Promise.resolve());
  tray.restore(taken);
  await turn();
  expect(states()).toEqual(['page.png ready']);
});
