import type { Stage } from './stage.ts';
import { ROSA } from './letters.ts';

const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));

/** Long enough for what is looked up while somebody writes. */
async function settled({ server }: Stage): Promise<void> {
  for (let times = 0; times < 10; times += 1) {
    await new Promise((done) => setTimeout(done, 60));
    await server.flush();
    await painted();
  }
}

/** Opens the panel by its key, with what stands in a letter that was begun before. */
async function begins(stage: Stage, letter: object): Promise<void> {
  const key = `latchbox.letter.${stage.client.me.getSnapshot()?.id ?? ''}`;
  const blank = {
    clientId: 'letter-of-this-page',
    account: null,
    contact: null,
    address: '',
    subject: '',
    body: '',
  };
  sessionStorage.setItem(key, JSON.stringify({ ...blank, ...letter }));
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', bubbles: true }));
  await settled(stage);
  sessionStorage.removeItem(key);
}

const contactOf = ({ server }: Stage, id: string) => server.world.conversations.get(id)?.contact ?? null;
const BODY = 'The new lower element is on the shelf in Oakland, under your name. Ask for Ben at the counter.';
const MAIL = { account: 'email:repairs@kilnworks.example' };

/** A new message, as it is begun, addressed, held up, warned of, refused and on its way. */
export const COMPOSE_STATES: Record<string, (stage: Stage) => Promise<void>> = {
  compose: (stage) => begins(stage, {}),
  'compose-new': (stage) =>
    begins(stage, { ...MAIL, address: 'studio@harbour.example', subject: 'Your element', body: BODY }),
  'compose-continues': (stage) =>
    begins(stage, {
      ...MAIL,
      contact: contactOf(stage, 'leila'),
      subject: 'Invoice 20418 shows our old address',
    }),
  async 'compose-held'(stage) {
    stage.server.colleague('ana').takes('leila');
    const subject = 'Invoice 20418 shows our old address';
    await begins(stage, { ...MAIL, contact: contactOf(stage, 'leila'), subject, body: BODY });
  },
  async 'compose-warned'(stage) {
    stage.server.endLock(ROSA, 'released');
    stage.server.colleague('ana').takes(ROSA);
    const account = 'email:orders@kilnworks.example';
    await begins(stage, { account, contact: contactOf(stage, ROSA), subject: 'Your class', body: BODY });
  },
  async 'compose-refused'(stage) {
    stage.server.refuse('conversation.compose', 'not_connected', {});
    await begins(stage, { ...MAIL, address: 'studio@harbour.example', subject: 'Your element', body: BODY });
    [...document.querySelectorAll<HTMLButtonElement>('.compose button')].at(-1)?.click();
    await settled(stage);
  },
  async 'compose-text'(stage) {
    await begins(stage, {
      account: 'sms:+14155550100',
      contact: contactOf(stage, 'tomasz'),
      body: 'It is ready.',
    });
  },
};
