/** A name server with TXT records, as much of DNS (RFC 1035) as that takes. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface DnsServer extends AsyncDisposable {
  /** As `DNS_SERVERS` takes it. */
  readonly address: string;
  /** The TXT records of names in lower case. */
  readonly txt: Map<string, readonly string[]>;
  /** Names for which it says that it cannot answer. */
  readonly failing: Set<string>;
}

const TXT = 16;
const SERVER_FAILURE = 2;
const NO_SUCH_NAME = 3;

export async function startDnsServer(): Promise<DnsServer> {
  const txt = new Map<string, readonly string[]>();
  const failing = new Set<string>();
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    socket.send(answer(query, txt, failing), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    txt,
    failing,
    async [Symbol.asyncDispose]() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function answer(
  query: Buffer,
  txt: ReadonlyMap<string, readonly string[]>,
  failing: ReadonlySet<string>,
): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += 1 + length;
  }
  const question = query.subarray(12, at + 5);
  const asked = query.readUInt16BE(at + 1);
  const name = labels.join('.').toLowerCase();
  const fails = failing.has(name);
  const records = asked === TXT && !fails ? txt.get(name) : undefined;
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (fails ? SERVER_FAILURE : records === undefined ? NO_SUCH_NAME : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records?.length ?? 0, 6);
  return Buffer.concat([header, question, ...(records ?? []).map(txtRecord)]);
}

function txtRecord(text: string): Buffer {
  const strings = [...text.matchAll(/.{1,255}/gs)].map(([part]) =>
    Buffer.concat([Buffer.from([part.length]), Buffer.from(part, 'latin1')]),
  );
  const data = Buffer.concat(strings);
  const head = Buffer.alloc(12);
  // The name of the question, TXT, IN, nothing to be kept.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(TXT, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
