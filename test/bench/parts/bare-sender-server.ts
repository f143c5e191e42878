/** nodemailer by itself: a pool of connections, and the same mails. */
import { createTransport } from 'nodemailer';
import { serve } from './child.ts';

const transport = createTransport({
  host: '127.0.0.1',
  port: Number(process.env.BENCH_PORT),
  pool: true,
  maxConnections: 5,
  ignoreTLS: true,
});

interface Mails {
  readonly from: number;
  readonly count: number;
  readonly text: string;
  readonly html: string;
}

serve({
  async send({ from, count, text, html }: Mails) {
    const all = Array.from({ length: count }, (_, at) =>
      transport.sendMail({
        from: { name: 'Orders', address: 'orders@shop.example' },
        to: { name: `Customer ${from + at}`, address: `customer-${from + at}@quist.example` },
        subject: 'Re: A torn page',
        text,
        html,
      }),
    );
    await Promise.all(all);
  },
});
