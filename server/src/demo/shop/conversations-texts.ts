import { customer, note, reply } from './entries.ts';
import type { DemoConversation } from './types.ts';

/** The number of the shop, which nobody real can have: it is kept for plays. */
export const DEMO_NUMBER = '+447700900100';

/** Customers who text. Their addresses are their numbers, and nobody knows their names. */
export const textConversations: readonly DemoConversation[] = [
  {
    key: 'text-collect-today',
    inbox: 'texts',
    customer: { name: '', address: '+447700900417' },
    subject: '',
    assignee: 'jonas',
    entries: [
      customer(
        212,
      )`Hi, you texted that my notebooks are ready. Can I still collect them today after work, around quarter to six?`,
      reply('jonas', 205)`Yes, we close at six. They are at the counter under your name.`,
      customer(203)`Perfect, thank you!`,
    ],
  },
  {
    key: 'text-wrong-nib',
    inbox: 'texts',
    customer: { name: '', address: '+447700900552' },
    subject: '',
    entries: [
      customer(47)`Just opened the parcel, lovely pen, but the nib is a broad one and I ordered fine`,
      customer(44)`Shall I send it back or can I swap it in the shop?`,
    ],
  },
  {
    key: 'text-ink-in-stock',
    inbox: 'texts',
    customer: { name: '', address: '+447700900638' },
    subject: '',
    assignee: 'tess',
    entries: [
      customer(1530)`Do you have the green-black ink in the big bottle?`,
      note('tess', 1512)`Two left on the shelf, I put one aside until Saturday.`,
      reply('tess', 1510)`We do, and one is put aside for you until Saturday evening.`,
    ],
    archived: true,
  },
  {
    key: 'text-workshop-place',
    inbox: 'texts',
    customer: { name: '', address: '+447700900774' },
    subject: '',
    entries: [
      customer(
        19,
      )`Is there a place left in the marbling workshop next week? It would be for two, my daughter is eleven`,
    ],
  },
];
