import { customer, note, reply } from './entries.ts';
import { earlierBindery } from './conversations-bindery-earlier.ts';
import type { DemoConversation } from './types.ts';

const recentBindery: readonly DemoConversation[] = [
  {
    key: 'ruined-first-edition',
    inbox: 'bindery',
    customer: { name: 'Edmund Farraday', address: 'e.farraday@farraday.example' },
    subject: 'A first edition that fell into the bath',
    assignee: 'luis',
    entries: [
      customer(2_960)`Dear bindery,

        I am writing with some shame. I own a first edition of a book of poems from 1921, one of three
        hundred, given to my grandfather by the author. Last night I read it in the bath, as I have done for
        years, and last night I fell asleep.

        It lay in the water for perhaps a minute. The boards have warped, the cloth has bled a little red on
        to the endpapers, and the last two gatherings are soaked. The inscription, in pencil, seems to be
        whole. It is now lying open on a towel and the pages have begun to go wavy.

        I don't ask what it is worth. I ask whether it can be made into a book again, and what I should and
        should not do until you see it.

        Edmund Farraday`,
      reply('luis', 2_925)`Dear Mr Farraday, first things first, because the next hours count. Don't use
        heat. Stand the book upright on its foot, fanned open a little, in front of an open window or a fan
        on low, with kitchen paper between the wet pages. Change the paper every hour. If you can't do that
        tonight, wrap it in baking paper and put it in the freezer; that stops everything and does no harm.

        Then bring it to us. Yes, it can be a book again.`,
      customer(2_610)`Freezer it was, since I had to travel. It sits between the peas and the bread. May I
        bring it tomorrow, and does it have to stay frozen on the way?`,
      reply('luis', 2_540)`Tomorrow any time after nine. A cool bag is enough for the way. Please leave the
        wrapping closed, I will open it here.`,
      note('wen', 1_180)`Opened it together with Luis. Text block sound, sewing holds. Red from the cloth is
        only in the front endpapers. I'd wash the last two gatherings, re-line the spine and keep the
        boards.`,
      note('luis', 1_150)`Agreed, 11 to 14 hours. Leave the inscription leaf alone, no washing anywhere near
        the pencil. I'll quote €520.`,
      reply('luis', 1_120)`Good news: the paper has taken it better than I feared. We would dry and wash the
        last two gatherings, flatten the boards, re-line the spine and keep everything that is original, the
        inscription untouched. I estimate €520 and six weeks. A slight wave at the foot will remain. May we
        begin?`,
      customer(28)`Please begin. I would have agreed to twice the sum, so do not hurry on my account.

        One question. The red on the endpapers: would you take it out or leave it? I find I rather want to
        leave it. It is part of the book's history now, even if the history is that I am a fool.`,
    ],
  },
  {
    key: 'wedding-guest-book',
    inbox: 'bindery',
    customer: { name: 'Siobhán Kearney', address: 'siobhan@kearney.example' },
    subject: 'Guest book for our wedding',
    assignee: 'wen',
    entries: [
      customer(8_800)`Hello! We are getting married in five weeks and would love a guest book from you.
        About 120 guests, landscape, paper that takes a fountain pen, dark green if that exists. Our
        initials somewhere, but small: S & R.

        Is five weeks madness?`,
      reply('wen', 8_640)`Hello Siobhán, congratulations to you both. Five weeks is tight but not madness,
        as long as we choose the materials within the next few days. I would suggest 80 leaves of cream
        Osier paper, 30 by 21 cm, sewn so that it lies flat, in dark green goatskin or book cloth. Leather
        €310, cloth €190.`,
      customer(7_350)`Leather! My mother says it's her present to us. Could the initials go inside the cover
        instead of on it?`,
      reply('wen', 7_200)`Inside is lovely, and easier on the leather. I'll stamp them in gold in the lower
        right-hand corner of the front board. I am ordering the goatskin today.`,
      note('luis', 4_500)`The supplier is out of the dark green until next month. Wen has one skin left from
        the hotel commission, just large enough for this book.`,
      note('wen', 4_470)`I have put it aside for her. Please ask me before promising anybody a Friday, the
        press is full until the middle of next week.`,
      customer(1_620)`Hi again, only checking in. The wedding is four weeks away now and my mother has
        started to ask every day. Could we have it a week before, so that she can calm down?`,
      note('luis', 1_490)`She'd like it a week ahead. Can we, Wen? I could take the psalter off your bench.`,
      reply('wen', 77)`A week before works, and your mother may sleep. The pages are sewn and trimmed, the
        leather is pared and goes on tomorrow. I'll send you a picture before the initials are stamped, so
        that you can see exactly where they will sit.`,
    ],
  },
  {
    key: 'thesis-by-friday',
    inbox: 'bindery',
    customer: { name: 'Oskar Thiele', address: 'oskar.thiele@students.example.org' },
    subject: 'Thesis, 3 copies, Friday?',
    entries: [
      customer(256)`Hello, I have to hand in my thesis on Friday at noon. Three copies, hard cover, dark
        blue, with the title on the spine. 214 pages, I print them myself. Is there any chance, and until
        when would you need the pages? I'll pay extra for the rush.`,
    ],
  },
  {
    key: 'biblia-rodzinna',
    inbox: 'bindery',
    customer: { name: 'Małgorzata Sęk', address: 'malgorzata.sek@poczta.example' },
    subject: 'Naprawa rodzinnej Biblii',
    entries: [
      customer(341)`Dzień dobry,

        po babci została mi Biblia z 1889 roku. Grzbiet jest oderwany, kilka pierwszych kart luźnych, a na
        końcu są zapisane narodziny i śluby czterech pokoleń. Tych zapisków nie chciałabym stracić za nic.

        Czy podejmują się Państwo takiej naprawy? Mogę przysłać zdjęcia albo przyjechać, mieszkam godzinę
        drogi od Fernhill. Piszę po polsku, bo tak mi łatwiej, ale angielski też rozumiem.

        Z poważaniem
        | Małgorzata Sęk`,
    ],
  },
  {
    key: 'leather-swatches',
    inbox: 'bindery',
    customer: { name: 'Georgina Vance', address: 'georgina@vance-interiors.example' },
    subject: 'Leather swatches',
    entries: [
      customer(560)`Could you send me swatches of the browns you have in calf and goat? It's for six address
        books for a client who says "cognac" and means something different every time. A picture won't do,
        I'm afraid.`,
    ],
  },
  {
    key: 'see-the-workshop',
    inbox: 'bindery',
    customer: { name: 'Leopold Ferenczy', address: 'leopold@ferenczy.example' },
    subject: 'May I watch for an afternoon?',
    assignee: 'luis',
    entries: [
      customer(2_280)`Good day. I am 71, retired, and have been binding books in my garage for three years
        from what I could find in libraries. I have never seen anybody else do it. May I come and watch for
        an afternoon? I would sit in a corner and touch nothing.`,
      note('wen', 2_100)`Yes please. We could give him the sewing of the sample book, he'd hardly sit still
        anyway.`,
      reply('luis', 2_040)`Dear Mr Ferenczy, you're welcome, and you'll be touching things. Come on a day
        when we cover in leather, that is the part books explain worst. Would next week suit you? Bring
        something you bound yourself, we are curious too.`,
      customer(1_910)`I hardly dare, but I will bring two: one that went well and one that taught me
        something. Any day next week suits me.`,
      reply('luis', 820)`Then come on Wednesday at two. We'll be covering a photograph album and a small
        psalter. The yard entrance is the green gate in Tanner's Row. And please bring an apron.`,
    ],
  },
  {
    key: 'grandmothers-cookbook',
    inbox: 'bindery',
    customer: { name: 'Paloma Reyes-Holt', address: 'paloma@reyes-holt.example' },
    subject: 'A cookbook out of loose cards',
    assignee: 'wen',
    entries: [
      customer(6_160)`Hello, my grandmother left about 140 recipes on loose cards, notepaper, the backs of
        envelopes and one on a paper napkin. We want to make a book of the originals, not a copy, that can
        be opened in a kitchen. Is that possible?`,
      reply('wen', 5_990)`It is. I would mount each card on a guard, a narrow strip of strong paper, so that
        nothing is glued along its whole face and both sides can be read. The napkin gets a pocket of clear
        film. For the kitchen I'd take a cloth that can be wiped. Could you count the pieces written on both
        sides?`,
      customer(4_640)`61 on both sides, 79 on one. And there are butter stains, is that a problem?`,
      reply('wen', 4_510)`Butter is fine, as long as it stays where it is. I'd put a sheet of thin paper
        between the worst ones. Rough estimate: €380 to €420, about seven weeks. If you bring the cards I
        can tell you exactly.`,
      customer(1_000)`My aunts are on board now, which took a while. Two things before we bring them. Can
        the order be changed later, because nobody agrees whether the dumplings are a soup? And could we add
        blank leaves at the end for the next generation?`,
    ],
  },
  {
    key: 'gaestebuch-pension',
    inbox: 'bindery',
    customer: { name: 'Annemarie Höfer', address: 'pension@haus-hoefer.example' },
    subject: 'Neues Gästebuch für unsere Pension',
    entries: [
      customer(1_400)`Guten Tag,

        unser Gästebuch ist nach 22 Jahren voll und wir hätten gern wieder eines, das so lange hält. Das
        alte ist in Leinen gebunden, etwa 24 mal 30 cm, 300 Seiten. Könnten Sie ein neues im gleichen Format
        machen, am liebsten in einem ähnlichen Rot, damit beide nebeneinander im Regal stehen können?

        Eilig ist es nicht. Im Moment schreiben die Gäste auf die letzten Innenseiten.

        Freundliche Grüße
        | Annemarie Höfer`,
    ],
  },
  {
    key: 'slipcase-for-diaries',
    inbox: 'bindery',
    customer: { name: 'Håkan Nyberg', address: 'hakan@nyberg.example' },
    subject: 'Slipcase for seven diaries',
    assignee: 'luis',
    entries: [
      customer(3_590)`Hello, I have seven diaries of the same height and quite different thickness, together
        19.4 cm. I'd like one slipcase for all of them, and an eighth place for this year.`,
      reply('luis', 3_470)`Hello Håkan, happily. How thick will this year be? I can put in a cloth-covered
        spacer that you take out when the eighth is ready. Cloth €85, half leather €140.`,
      customer(3_330)`Cloth, dark grey. Say 3 cm for this year, it has been eventful. The spacer is a fine
        idea.`,
      note('luis', 2_060)`Measured the sample volume he dropped off: 21.1 high, not 20.8. Use mine.`,
      reply('luis', 2_000)`Noted: dark grey cloth, 22.4 cm inside with a spacer of 3 cm, and I've allowed 3
        mm more in height than you wrote, as your sample volume is a little taller. It will be ready in two
        weeks.`,
    ],
  },
];

export const binderyConversations: readonly DemoConversation[] = [...recentBindery, ...earlierBindery];
