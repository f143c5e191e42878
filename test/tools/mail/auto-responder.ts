/** A mailbox outside whose program answers every mail that it gets, as such programs do or as they should not. */
import { pause } from '../eventually.ts';
import { sendMail } from '../smtp-client.ts';
import { type SmtpSink, startSmtpSink, type SunkMail } from '../smtp-sink.ts';

export interface AutoResponder extends AsyncDisposable {
  /** As `SMTP_URL` takes it. */
  readonly url: string;
  /** What came to an address. */
  mailsTo(address: string): readonly SunkMail[];
  /** Mails that it answered. */
  readonly answered: () => number;
  /** A person writes from one of its addresses. */
  write(from: string, subject: string): Promise<void>;
  readonly sink: SmtpSink;
}

export interface ResponderOptions {
  /** Port of the mail server that it writes to. */
  readonly port: number;
  readonly to: string;
  /** With the headers of RFC 3834, or as if a person had written. */
  readonly marked: (address: string) => boolean;
}

let written = 0;

/** Answers at once whatever comes: also what says that nothing should. To be ended before the server that it writes to. */
export async function startAutoResponder({ port, to, marked }: ResponderOptions): Promise<AutoResponder> {
  const sink = await startSmtpSink();
  let answered = 0;
  let stopped = false;

  async function send(from: string, subject: string, headers: readonly string[]): Promise<void> {
    written += 1;
    const head = [
      `From: <${from}>`,
      `To: <${to}>`,
      `Subject: ${subject}`,
      `Message-ID: <${written}.${process.pid}@${from.split('@')[1] ?? ''}>`,
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      ...headers,
    ];
    const envelope = { from: headers.length > 1 ? '' : from, to };
    await sendMail(port, envelope, [...head, '', `I am not here. (${written})`, ''].join('\r\n'));
  }

  async function run(): Promise<void> {
    for (let at = 0; !stopped; ) {
      const mail = sink.mails[at];
      if (mail === undefined) {
        await pause(20);
        continue;
      }
      at += 1;
      const [from = ''] = mail.to;
      const inReplyTo = `In-Reply-To: ${mail.parsed.messageId ?? ''}`;
      const marks = marked(from) ? ['Auto-Submitted: auto-replied'] : [];
      await send(from, `Out of office: ${mail.parsed.subject ?? ''}`, [inReplyTo, ...marks]);
      answered += 1;
    }
  }
  const running = run();
  return {
    url: sink.url,
    sink,
    mailsTo: (address) => sink.mails.filter((mail) => mail.to.includes(address)),
    answered: () => answered,
    write: (from, subject) => send(from, subject, []),
    async [Symbol.asyncDispose]() {
      stopped = true;
      await running;
      await sink[Symbol.asyncDispose]();
    },
  };
}
