import { customer, note, reply } from './entries.ts';
import type { DemoConversation } from './types.ts';

export const earlierHello: readonly DemoConversation[] = [
  {
    key: 'local-paper-interview',
    inbox: 'hello',
    customer: { name: 'Callum Reyes', address: 'creyes@fernhill-courier.example' },
    subject: 'A piece about you in the Fernhill Courier',
    assignee: 'mara',
    entries: [
      customer(4_480)`Hello, I write for the Fernhill Courier and am planning a page on trades that still
        exist in the old town. Would one of you talk to me for half an hour, and could our photographer see
        the bindery? The presses would look wonderful in print.`,
      reply('mara', 4_300)`Hello Callum, gladly. The half hour you can have with me. The workshop is for
        Luis and Wen to decide, and customers' books may not be in the pictures. I'll ask them and come back
        to you.`,
      note('mara', 4_285)`Jonas, you see Luis before I do: is the photographer all right with him, before
        ten or after four? Anything on the benches that belongs to a customer has to be covered.`,
      note('jonas', 2_420)`Luis is fine with after four. Wen would rather not be in the pictures, hands
        only.`,
      reply('mara', 2_300)`The workshop says yes, any day after four. One request: my colleague would like
        her hands in the picture, but not her face. Tell me which day suits your photographer.`,
    ],
  },
  {
    key: 'muestras-de-papel',
    inbox: 'hello',
    customer: { name: 'Íñigo Etxarri', address: 'inigo@etxarri-estudio.example' },
    subject: 'Muestras de papel',
    entries: [
      customer(2_800)`Hola:

        Estoy diseñando las invitaciones de boda de mi hermana y busco un papel de algodón, blanco roto, que
        se pueda imprimir en tipos móviles. ¿Envían muestras? Me interesarían gramajes entre 250 y 350.

        Pago con gusto las muestras y el envío a Pamplona.

        Muchas gracias,
        | Íñigo`,
    ],
  },
  {
    key: 'pen-on-a-plane',
    inbox: 'hello',
    customer: { name: 'Anand Kulkarni', address: 'anand@kulkarni.example' },
    subject: 'Flying with a fountain pen',
    assignee: 'tess',
    entries: [
      customer(3_760)`Quick question: I fly to Lisbon next week and would like to take the Kestrel. Will it
        leak?`,
      reply('tess', 3_600)`Not if it is either full or empty. The trouble comes from air in the converter,
        which expands on the way up. Fill it to the top, keep it nib up until you have landed, and wrap it
        in a tissue for your peace of mind. Have a good trip!`,
    ],
  },
  {
    key: 'school-visit',
    inbox: 'hello',
    customer: { name: 'Priya Raman', address: 'p.raman@hollins-school.example' },
    subject: 'Could a class visit you?',
    assignee: 'jonas',
    entries: [
      customer(7_560)`Dear Fernhill Paper,

        my year four class will start writing with ink this term. Could we visit? There are 28 children,
        three adults, and I promise, no open ink bottles near your shelves.

        Priya Raman, Hollins Primary School`,
      reply('jonas', 7_390)`Dear Ms Raman, we'd like that very much. 28 at once won't fit, but two groups
        would: one tries nibs and papers with us at the counter while the other folds a small booklet in the
        workshop, and then they change places. About ninety minutes. Monday is best, when the shop is
        closed.`,
      customer(6_000)`Two groups sounds ideal, and Mondays suit us. They would be over the moon if each
        could take their booklet home.`,
      note('jonas', 5_350)`Asked downstairs: Wen will cut and fold 30 covers beforehand, Luis shows the
        sewing. They need a fixed date two weeks ahead.`,
      reply('jonas', 5_000)`Each child goes home with a booklet they have sewn, that is settled. The
        workshop only asks for two weeks' notice, so please send me two or three Mondays to choose from.`,
    ],
  },
  {
    key: 'closed-ten-minutes-early',
    inbox: 'hello',
    customer: { name: 'Howard Stubbs', address: 'h.stubbs@stubbs-and-daughter.example' },
    subject: 'Closed at 17:50',
    entries: [
      customer(4_400)`Your door says six. I stood in front of it at ten to six, lights on, somebody inside
        counting the till, door locked. I knocked and was waved away. I had driven forty minutes for a
        refill.

        I don't expect a parade. I expect a shop that says six to mean six. What do you intend to do about
        it?

        H. Stubbs`,
    ],
  },
  {
    key: 'caneta-presente-reforma',
    inbox: 'hello',
    customer: { name: 'Inês Carvalho', address: 'ines.carvalho@correio.example' },
    subject: 'Gravação numa caneta',
    assignee: 'mara',
    archived: true,
    entries: [
      customer(9_600)`Olá, gostava de oferecer uma caneta a uma colega que se vai reformar. Fazem gravações?
        Seriam só duas palavras, "Obrigada, Lurdes", e preciso dela daqui a dez dias.`,
      reply('mara', 9_450)`Olá Inês, fazemos, sim. Duas palavras cabem bem na tampa da Ardel 40 ou no corpo
        da Kestrel. A gravação custa 12 € e demora três dias, por isso há tempo de sobra. Prefere letra
        direita ou cursiva?`,
      customer(9_300)`Cursiva, na Kestrel azul. Já fiz a encomenda. Muito obrigada!`,
      reply('mara', 8_000)`A caneta da Lurdes saiu hoje, já gravada, numa caixa com fita azul. Um abraço à
        colega e boa festa.`,
    ],
  },
  {
    key: 'parking-near-the-shop',
    inbox: 'hello',
    customer: { name: 'Wilfred Osei', address: 'wilfred@osei-framing.example' },
    subject: 'Parking',
    archived: true,
    entries: [
      customer(12_190)`Where does one park near you? I'm collecting a flat box of card, about a metre long,
        and don't fancy carrying it through the market.`,
      reply('jonas', 12_000)`Come in from Tanner's Row through the green gate: the yard behind the workshop
        has one loading space and it is yours for twenty minutes. Ring the bell marked "Paper" and I will
        carry the other end.`,
    ],
  },
  {
    key: 'raffle-donation',
    inbox: 'hello',
    customer: { name: 'Maeve Donnelly', address: 'maeve@hedgehog-rescue.example.org' },
    subject: 'A prize for our raffle?',
    assignee: 'mara',
    archived: true,
    entries: [
      customer(18_600)`Dear neighbours, the hedgehog rescue holds its yearly raffle at the village hall.
        Would you give a small prize? Last year's winner of your notebook still shows it to me whenever we
        meet.`,
      note('tess', 18_480)`We have the notebooks with the slightly crooked labels. Perfectly good otherwise.`,
      reply('mara', 17_300)`Dear Maeve, with pleasure. There will be a box on the counter with your name:
        five notebooks, two of them large, and a pen. Pick it up whenever you pass.`,
      customer(16_000)`Picked up, and everyone here says thank you. The large ones will be first and second
        prize.`,
    ],
  },
  {
    key: 'pen-for-a-father',
    inbox: 'hello',
    customer: { name: 'Þórdís Hauksdóttir', address: 'thordis@hauksdottir.example' },
    subject: 'To the woman who served me',
    assignee: 'tess',
    archived: true,
    entries: [
      customer(24_900)`I was in the shop with my little boy, who took every single pencil out of the jar.
        The woman with the short dark hair let him sort them by colour while I chose a pen for my father,
        and she didn't hurry us once. I don't know her name. Please tell her that it was the best hour of a
        hard week.`,
      note('jonas', 24_700)`That was you, Tess. The jar is still sorted.`,
      reply('tess', 24_600)`That was me, and it was a pleasure to have you both. The jar is still in rainbow
        order and none of us wants to spoil it. I hope your father likes the pen, and that this week is a
        kinder one.`,
      customer(24_000)`He does. And it is. Thank you, Tess.`,
    ],
  },
  {
    key: 'student-discount',
    inbox: 'hello',
    customer: { name: 'Beatrix Lindqvist', address: 'b.lindqvist@artschool.example' },
    subject: 'Student discount?',
    assignee: 'mara',
    entries: [
      customer(3_950)`Hi, do you have a student discount? I'm in the first year of illustration and my paper
        bill is higher than my food bill.`,
      reply('mara', 3_820)`Hi Beatrix, yes: ten percent on paper and ink with a student card, in the shop or
        by email. If some of you order together and come to more than 100 sheets, you also get the ream
        price.`,
      customer(3_300)`There are eleven of us! Could we collect it in one go, but pay separately? And does
        the ten percent come on top of the ream price, or is it one or the other?`,
    ],
  },
];
