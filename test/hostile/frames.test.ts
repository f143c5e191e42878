/** C01, C02, C05, C07, C10, C12 as bytes on the wire: frames and packets that no library would send. */

import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../tools/eventually.ts';
import {
  BINARY,
  CONTINUATION,
  frameBytes,
  joinRaw,
  openRaw,
  PING,
  type RawFrame,
  type RawSocket,
} from './raw-socket.ts';
import { type Ledger, type Stage, startStage } from './stage.ts';

let stage: Stage;
let before: Ledger;
beforeAll(async () => {
  stage = await startStage({ env: { PING_INTERVAL_MS: '1000', PING_TIMEOUT_MS: '2000' } });
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  before = stage.ledger();
});
afterEach(() => {
  expect(stage.ledger()).toEqual(before);
});

const join = () => joinRaw(stage.url, stage.key('ann'));

/** Resident memory of the server, MiB. */
async function memory(): Promise<number> {
  const { text } = await stage.ask('GET', '/metrics');
  return Number(/^latchbox_process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 2 ** 20;
}

/** The code of the answer to an event with this number. */
async function answered(raw: RawSocket, number: number | string): Promise<string> {
  const text = await raw.message(`43${number}[`);
  const [ack] = JSON.parse(text.slice(`43${number}`.length)) as [{ ok: boolean; error?: { code: string } }];
  return ack.ok ? 'ok' : (ack.error?.code ?? '');
}

describe('frames (C05)', () => {
  afterAll(() => stage.alive());

  const PROTOCOL_ERROR = 1002;
  const cases: Readonly<Record<string, { frames: RawFrame[]; code: number }>> = {
    'a message of 10 MB': { frames: [{ payload: Buffer.alloc(10_000_000, 'x') }], code: 1009 },
    'a message that says to have 2^62 bytes': { frames: [{ says: 2n ** 62n, payload: 'x' }], code: 1009 },
    'a message that says to have 2^31 bytes': { frames: [{ says: 2n ** 31n, payload: 'x' }], code: 1009 },
    'pieces that are too much together': {
      frames: [
        { final: false, payload: Buffer.alloc(60_000, 'x') },
        { opcode: CONTINUATION, payload: Buffer.alloc(60_000, 'x') },
      ],
      code: 1009,
    },
    'no mask': { frames: [{ payload: '2', masked: false }], code: PROTOCOL_ERROR },
    'bits of an extension': { frames: [{ payload: '2', reserved: 4 }], code: PROTOCOL_ERROR },
    'an opcode that is none': { frames: [{ opcode: 5 }], code: PROTOCOL_ERROR },
    'a piece of nothing': { frames: [{ opcode: CONTINUATION, payload: 'x' }], code: PROTOCOL_ERROR },
    'a ping in pieces': { frames: [{ opcode: PING, final: false }], code: PROTOCOL_ERROR },
    'a ping that is too long': { frames: [{ opcode: PING, payload: 'x'.repeat(126) }], code: PROTOCOL_ERROR },
    'a new message within another one': {
      frames: [{ final: false, payload: '4' }, { payload: '2' }],
      code: PROTOCOL_ERROR,
    },
    'bytes that are no UTF-8': { frames: [{ payload: Buffer.from([0x34, 0xff, 0xfe]) }], code: 1007 },
  };

  test.each(Object.entries(cases))('%s', async (_what, { frames, code }) => {
    using raw = await join();
    raw.write(...frames);
    expect(await raw.closed()).toBe(code);
  });

  test('12 messages of 10 MB, and 100 000 pieces of one byte, cost no memory', async () => {
    const start = await memory();
    const large = frameBytes({ payload: Buffer.alloc(10_000_000, 'x') });
    for (let turn = 0; turn < 12; turn += 1) {
      using raw = await openRaw(stage.url);
      raw.net.write(large);
      expect(await raw.closed()).toBe(1009);
    }
    using raw = await join();
    const piece: RawFrame = { opcode: CONTINUATION, final: false, payload: 'x' };
    raw.write({ final: false, payload: '4' });
    const block = Buffer.concat(Array.from({ length: 1_000 }, () => frameBytes(piece)));
    for (let turn = 0; turn < 100; turn += 1) raw.net.write(block);
    await raw.closed(10_000);
    expect((await memory()) - start).toBeLessThan(120);
  });

  test('pings without end are answered, and nobody waits for it', async () => {
    using raw = await join();
    for (let turn = 0; turn < 50; turn += 1)
      raw.write(...Array.from({ length: 100 }, () => ({ opcode: PING, payload: 'x'.repeat(125) })));
    raw.text('421["inbox.counts",{}]');
    expect(await answered(raw, 1)).toBe('ok');
  });

  test('half a frame, and then nothing: closed when its time is up', async () => {
    using raw = await join();
    raw.net.write(Buffer.from([0x81, 0xfe, 0x10]));
    await raw.closed(8_000);
  });
});

describe('packets', () => {
  afterAll(() => stage.alive());

  const closing = {
    'an opening of the client': '0{"sid":"x"}',
    'an upgrade': '5',
    'a type that is none': '9',
    'a message without a packet': '4',
    'a packet of no type': '4x',
    'an event without a name': '42[]',
    'an event that is no list': '42{"a":1}',
    'an event that is not JSON': '42["a"',
    'an event with a list as its name': '42[["hello"],{}]',
    'bytes that never come, in a huge number': '45999999999-["a",{"_placeholder":true,"num":0}]',
    'bytes with a number that is none': '45-1-["a"]',
    'an error of the client': '44"no"',
  };
  test.each(Object.entries(closing))('%s closes the connection', async (_what, text) => {
    using raw = await join();
    raw.text(text);
    raw.text('42["a"');
    await raw.closed();
  });

  test('placeholders that lie about bytes get nothing', async () => {
    const lies = [
      ['451-7["note.add",{"_placeholder":true,"num":1}]'],
      ['451-7["note.add",{"_placeholder":true,"num":-1}]'],
      ['451-7["note.add",{"_placeholder":true,"num":"__proto__"}]'],
      [
        '452-7["note.add",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]',
        '421["inbox.counts",{}]',
      ],
      ['450-7["note.add",{"_placeholder":true,"num":0}]'],
    ];
    for (const texts of lies) {
      using raw = await join();
      raw.text(...texts.slice(0, 1));
      raw.write({ opcode: BINARY, payload: Buffer.from('bytes') });
      raw.text(...texts.slice(1));
      // Closed as no packet, or answered as no command; then nothing more of it is waited for.
      const code = await Promise.race([raw.closed(), answered(raw, 7)]);
      expect(['invalid', 'unknown_event', 1005, 0, 1000]).toContain(code);
    }
    // Bytes that nobody announced.
    using raw = await join();
    raw.write({ opcode: BINARY, payload: Buffer.from('bytes') });
    await raw.closed();
  });

  test('bytes instead of an object are no input', async () => {
    using raw = await join();
    raw.text('451-7["note.add",{"_placeholder":true,"num":0}]');
    raw.write({ opcode: BINARY, payload: Buffer.from('bytes') });
    expect(await answered(raw, 7)).toBe('invalid');
  });

  test('other namespaces are not there, and the connection serves none of them', async () => {
    for (const name of ['/admin', '/__proto__', '/constructor', `/${'x'.repeat(5_000)}`]) {
      using raw = await openRaw(stage.url);
      await raw.message('0{');
      raw.text(`40${name},`);
      const refused = await Promise.race([raw.message(`44${name}`), raw.closed()]);
      expect(String(refused)).not.toContain('"sid"');
      raw.text(`42${name},1["conversation.list",{}]`);
      expect(raw.messages.filter((text) => text.startsWith('43'))).toEqual([]);
    }
  });

  test('joining twice or a hundred times is joining once', async () => {
    using raw = await join();
    raw.text(...Array<string>(100).fill('40'));
    raw.text('421["inbox.counts",{}]');
    const code = await Promise.race([answered(raw, 1), raw.closed()]);
    expect(['ok', 0, 1000, 1005]).toContain(code);
  });

  test('answers to questions that nobody asked', async () => {
    using raw = await join();
    raw.text('430[{"ok":true}]', '4399999999999999999999[1]', '43[]', '43["x"]');
    raw.text('421["inbox.counts",{}]');
    expect(['ok', 0, 1000, 1005]).toContain(await Promise.race([answered(raw, 1), raw.closed()]));
  });
});

describe('events (C01, C02, C07, C10)', () => {
  afterAll(() => stage.alive());

  const names = [
    'base',
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'valueOf',
    'message',
    'frame',
    '',
  ];
  const reserved = [
    'connect',
    'connect_error',
    'connection',
    'disconnect',
    'disconnecting',
    'newListener',
    'error',
  ];

  test('names of every object, and those that Socket.IO keeps for itself', async () => {
    for (const name of [...names, ...reserved, '\u0000', 'x'.repeat(50_000)]) {
      using raw = await join();
      raw.text(`427[${JSON.stringify(name)},{}]`);
      const code = await Promise.race([answered(raw, 7), raw.closed()]);
      expect([name.slice(0, 20), code]).toEqual([name.slice(0, 20), expect.toSatisfy((one) => one !== 'ok')]);
      if (typeof code === 'string') expect(code).toBe('unknown_event');
    }
    using raw = await join();
    raw.text('427[7,{}]', '428[null,{}]', '429[true,{}]');
    raw.text('421["inbox.counts",{}]');
    await Promise.race([answered(raw, 1), raw.closed()]);
  });

  test('__proto__ and constructor within an input poison nothing and are unknown', async () => {
    using raw = await join();
    const conversationId = stage.conversation();
    const inputs = [
      `{"conversationId":"${conversationId}","clientId":"client-id-1","body":"x","__proto__":{"isAdmin":true}}`,
      `{"conversationId":"${conversationId}","clientId":"client-id-1","body":"x","constructor":{"prototype":{"isAdmin":true}}}`,
      `{"__proto__":{"conversationId":"${conversationId}","clientId":"client-id-1","body":"x"}}`,
      `{"conversationId":"${conversationId}","clientId":"client-id-1","body":"x","isAdmin":true,"agentId":"${stage.id('ada')}"}`,
      `{"conversationId":{"toString":"x"},"clientId":["client-id-1"],"body":1}`,
      `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
      `{"body":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`,
      'null',
      '"text"',
      '[]',
      '1e400',
    ];
    for (const [index, input] of inputs.entries()) {
      // 0 was hello's.
      const number = index + 1;
      raw.text(`42${number}["note.add",${input}]`);
      expect([input.slice(0, 40), await answered(raw, number)]).toEqual([input.slice(0, 40), 'invalid']);
    }
  });

  test('50 arguments, none, arguments after the object, numbers of answers that are none', async () => {
    using raw = await join();
    raw.text(`421["inbox.counts"${',{}'.repeat(50)}]`, '422["inbox.counts"]', '423["inbox.counts",{},null]');
    for (const number of [1, 2, 3]) expect(await answered(raw, number)).toBe('invalid');
    // Without an answer wanted: nothing comes, nothing breaks.
    raw.text('42["inbox.counts",{}]', `42["note.add"${',{}'.repeat(50)}]`, '42["inbox.counts"]');
    raw.text('42900719925474099300["inbox.counts",{}]');
    const huge = await Promise.race([
      raw.message('43900719925474099300['),
      raw.message('439007199254740993'),
      raw.closed(),
    ]);
    expect(String(huge)).not.toContain('internal');
  });

  test('the same number for a thousand questions: each is answered once', async () => {
    using raw = await join();
    raw.text(...Array<string>(150).fill('425["inbox.counts",{}]'));
    await eventually(
      'all are answered',
      () => raw.messages.filter((text) => text.startsWith('435[')).length === 150,
    );
  });
});

describe('before hello (C12)', () => {
  afterAll(() => stage.alive());

  test('nothing is kept for later: the first command that is not hello ends the connection', async () => {
    using raw = await openRaw(stage.url);
    await raw.message('0{');
    raw.text('40');
    await raw.message('40{');
    const note = { conversationId: stage.conversation(), clientId: 'client-id-1', body: 'x' };
    raw.text(...Array.from({ length: 500 }, (_, at) => `42${at}["note.add",${JSON.stringify(note)}]`));
    expect(await answered(raw, 0)).toBe('unauthenticated');
    await raw.closed();
    expect(raw.messages.filter((text) => text.startsWith('43'))).toHaveLength(1);
  });

  test('events before the namespace is joined go nowhere', async () => {
    using raw = await openRaw(stage.url);
    await raw.message('0{');
    raw.text('421["inbox.counts",{}]', '42["hello",{}]');
    await raw.closed();
    expect(raw.messages.filter((text) => text.startsWith('43'))).toEqual([]);
  });
});
