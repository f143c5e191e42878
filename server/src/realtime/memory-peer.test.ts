import { describe, expect, it } from 'vitest';
import { EncodedFrame } from './frame.ts';
import { memoryPair } from './memory-peer.ts';
import { type Answer, MAX_WAITING_BYTES, type Peer } from './peer.ts';

function listening(options?: Parameters<typeof memoryPair>[0]) {
  const pair = memoryPair(options);
  const log: unknown[] = [];
  const answers: Answer[] = [];
  pair.peer.listen({
    command: (_peer: Peer, name, args, answer) => {
      log.push([name, ...args]);
      answers.push(answer);
    },
    closed: () => log.push('closed'),
  });
  const heard: unknown[] = [];
  pair.client.onFrame((frame) => heard.push(frame));
  pair.client.onClose(() => heard.push('closed'));
  return { peer: pair.peer, client: pair.client, flush: () => pair.flush(), log, heard, answers };
}
const frame = (items: unknown[]) => new EncodedFrame(JSON.stringify({ items }));

describe('a connection in memory', () => {
  it('carries what JSON carries, in order, and answers', async () => {
    const { peer, client, log, heard, answers } = listening();
    const acks: unknown[] = [];
    client.emit('one', { at: new Date(0), nothing: undefined }, (ack: unknown) => acks.push(ack));
    client.emit('two');
    await Promise.resolve();
    expect(log).toEqual([['one', { at: '1970-01-01T00:00:00.000Z' }], ['two']]);
    peer.send(frame([1]));
    answers[0]?.({ ok: true });
    peer.send(frame([2]));
    await Promise.resolve();
    expect(heard).toEqual([{ items: [1] }, { items: [2] }]);
    expect(acks).toEqual([{ ok: true }]);
    expect(answers[1]).toBeUndefined();
  });

  it('delivers only when it is told to, if that was asked for', async () => {
    const { peer, client, log, heard, flush } = listening({ flush: 'explicit' });
    client.emit('one', {});
    peer.send(frame([1]));
    await Promise.resolve();
    expect([log, heard]).toEqual([[], []]);
    flush();
    expect([log, heard]).toEqual([[['one', {}]], [{ items: [1] }]]);
  });

  it('says what waits for a client that does not read, and that it is too much', async () => {
    const { peer, client, heard } = listening();
    client.stall();
    expect(peer.send(frame(['x'.repeat(1_000)]))).toBe(true);
    expect(peer.bufferedPackets()).toBe(1);
    expect(peer.bufferedBytes()).toBeGreaterThan(1_000);
    expect(peer.send(frame(['x'.repeat(MAX_WAITING_BYTES)]))).toBe(false);
    client.read();
    await Promise.resolve();
    expect(heard).toHaveLength(2);
    expect(peer.bufferedBytes()).toBe(0);
  });

  it('delivers what was sent before the server closed, and nothing after', async () => {
    const { peer, client, log, heard } = listening();
    peer.send(frame([1]));
    peer.close();
    peer.send(frame([2]));
    client.emit('late', {});
    await Promise.resolve();
    expect(heard).toEqual([{ items: [1] }, 'closed']);
    expect(log).toEqual(['closed']);
    expect(client.open).toBe(false);
  });

  it('delivers what was said before the client closed', async () => {
    const { client, log, heard } = listening();
    client.emit('one', {});
    client.close();
    await Promise.resolve();
    expect(log).toEqual([['one', {}], 'closed']);
    expect(heard).toEqual(['closed']);
  });

  it('loses what is under way when it is cut', async () => {
    const { peer, client, log, heard } = listening();
    client.emit('one', {});
    peer.send(frame([1]));
    client.cut();
    await Promise.resolve();
    expect(log).toEqual(['closed']);
    expect(heard).toEqual(['closed']);
  });
});
