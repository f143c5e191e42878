import { Counter, type Registry } from 'prom-client';

/** As the mail that comes in wants it. */
export interface MailMetrics {
  news(what: 'delivered' | 'delayed' | 'failed' | 'complaint'): void;
  stopped(reason: 'many' | 'machines'): void;
}

/** Counts what mail says of our mail, and where automations were stopped. */
export function createMailMetrics(registry: Registry): MailMetrics {
  const registers = [registry];
  const news = new Counter({
    name: 'latchbox_mail_news_total',
    help: 'What bounces and reports said of recipients of our mail: delivered, delayed, failed, complaint.',
    labelNames: ['what'],
    registers,
  });
  const stopped = new Counter({
    name: 'latchbox_automation_stopped_total',
    help: 'Times that automatic answers to a sender were stopped: many (too many mails too fast), machines (answering each other).',
    labelNames: ['reason'],
    registers,
  });
  for (const what of ['delivered', 'delayed', 'failed', 'complaint']) news.inc({ what }, 0);
  for (const reason of ['many', 'machines']) stopped.inc({ reason }, 0);
  return {
    news: (what) => news.inc({ what }),
    stopped: (reason) => stopped.inc({ reason }),
  };
}
