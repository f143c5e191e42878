import { customer, note, reply } from './entries.ts';
import { earlierHello } from './conversations-hello-earlier.ts';
import type { DemoConversation } from './types.ts';

const recentHello: readonly DemoConversation[] = [
  {
    key: 'open-on-the-holiday',
    inbox: 'hello',
    customer: { name: 'Ruth Abelson', address: 'ruth@abelson.example' },
    subject: 'Open on the holiday?',
    entries: [
      customer(9)`Are you open on the public holiday, and if so until when? I'd come over by train with my
        sister and the last one back leaves at ten past four.`,
    ],
  },
  {
    key: 'wholesale-bookshop',
    inbox: 'hello',
    customer: { name: 'Femi Lawal', address: 'femi@tidewater-books.example' },
    subject: 'Wholesale terms for a small bookshop',
    entries: [
      customer(58)`Dear Fernhill Paper,

        my partner and I run Tidewater Books, a bookshop of two rooms on the coast. We have a wall by the
        till that wants to be more than a card spinner, and your hand-bound notebooks are the first thing
        that made us both say yes.

        Before we get carried away, some questions:

        1. Do you sell to shops at all, and from which quantity?
        | 2. Would the marbled covers be possible in a range, say four of each pattern?
        | 3. Are unsold copies returnable in the first season, or is it a firm sale?
        | 4. How long do you need for a first delivery?

        We think of an opening order of about €600. We could also come by on a Monday, which is our day off,
        and look at everything in person.

        With best wishes from the seaside,
        | Femi Lawal`,
    ],
  },
  {
    key: 'ink-on-the-tablecloth',
    inbox: 'hello',
    customer: { name: 'Heike Grünwald', address: 'heike.gruenwald@wohnen.example' },
    subject: "Ink on my grandmother's tablecloth",
    assignee: 'tess',
    entries: [
      customer(345)`Help! I knocked over a bottle of your Halden Blue-Black, on linen, on my grandmother's
        tablecloth of all things. What do I do? It happened twenty minutes ago.`,
      reply('tess', 338)`Don't rub it, and no hot water. Lay a clean cloth underneath, dab with cold water
        from the edge towards the middle, and keep changing the cloth for as long as it takes up colour. Is
        it pure white linen, or is there embroidery?`,
      customer(246)`White, with white embroidery. Most of the blue has gone, there is now a grey shadow the
        size of my hand. I have stopped because I was afraid of making it worse.`,
      note('tess', 131)`Halden Blue-Black is iron gall. I checked with Wen: bleach would turn the rest
        brown, so no bleach, whatever the internet says. Weak citric acid takes out the iron.`,
      reply('tess', 124)`You did that very well. The grey is the iron in the ink. A teaspoon of citric acid
        in a glass of cold water, dabbed on and rinsed out after five minutes, usually lifts it; try a
        corner of the hem first. Please don't use bleach, it would turn the shadow brown for good.

        If you'd rather not touch it again, a textile restorer will know what to do with the words "iron
        gall".`,
    ],
  },
  {
    key: 'erster-fueller',
    inbox: 'hello',
    customer: { name: 'Matthias Öttl', address: 'matthias@oettl.example' },
    subject: 'Welcher Füller für den Anfang?',
    entries: [
      customer(183)`Hallo,

        ich habe seit der Schule nicht mehr mit Füller geschrieben und möchte wieder anfangen. Ich schreibe
        klein, drücke ziemlich fest auf und vergesse gern, die Kappe aufzusetzen. Mehr als 50 Euro möchte
        ich zuerst nicht ausgeben.

        Was würden Sie mir empfehlen? Und brauche ich dazu anderes Papier?

        Viele Grüße
        | Matthias Öttl`,
    ],
  },
  {
    key: 'calligraphy-evening',
    inbox: 'hello',
    customer: { name: 'Çağla Demir', address: 'cagla.demir@post.example.net' },
    subject: 'Calligraphy evening, two places?',
    assignee: 'jonas',
    entries: [
      customer(3_020)`Hi! Are there still two places on the calligraphy evening? One for me and one for a
        friend who swears she has terrible handwriting.`,
      reply('jonas', 2_880)`Hi Çağla, two places it is, the last two as it happens. Terrible handwriting is
        no obstacle, we begin with straight lines. Everything is provided and it is €35 each, paid on the
        evening.`,
      customer(2_815)`Brilliant, count us in. She's vegetarian, in case the "small supper" is ham
        sandwiches.`,
      note('jonas', 2_790)`Both on the list. Tess, one vegetarian for the supper please, that makes four.`,
      customer(297)`Small complication: my friend has broken her wrist (the writing one, she says it's a
        sign). May my mother come instead? She eats everything.`,
    ],
  },
  {
    key: 'left-handed-daughter',
    inbox: 'hello',
    customer: { name: 'Siân Prothero', address: 'sian@prothero.example' },
    subject: 'Fountain pen for a left-hander aged nine',
    assignee: 'jonas',
    entries: [
      customer(1_610)`My daughter is nine, left-handed, and comes home with a blue hand every day. Is there
        a pen or an ink that smears less, or do we simply buy more soap?`,
      reply('jonas', 1_490)`There is quite a lot one can do. A fine nib lays down less ink, a quick-drying
        ink helps even more, and some grips are moulded so that small left hands don't cramp. Does she push
        the pen from below the line, or hook her hand around from above?`,
      customer(1_380)`From above, like a little lobster.`,
      reply('jonas', 480)`Then I would try the school pen with the left-hand grip and our quick-drying royal
        blue, together €27. Bring her in if you can: five minutes on different papers tell us more than any
        description, and there's a stool at the counter that is just her height.`,
    ],
  },
  {
    key: 'step-free-access',
    inbox: 'hello',
    customer: { name: 'Birgitta Ångström', address: 'birgitta@angstrom.example' },
    subject: 'Is the shop step-free?',
    assignee: 'mara',
    entries: [
      customer(835)`Hello, I use a power wheelchair, 68 cm wide. From the pictures I can't tell whether
        there's a step at your door. Can I get in and around?`,
      reply('mara', 700)`Hello Birgitta, there is one step of 9 cm at the front and a ramp for it, which we
        put out as soon as you ring the bell on the right. The door is 84 cm wide, and the shop floor is
        level up to the counter. Honestly, the paper room at the back is tight, about 70 cm between the
        shelves. We gladly bring you anything from there. The workshop has its own level entrance from the
        yard.`,
    ],
  },
  {
    key: 'grammage-aquarelle',
    inbox: 'hello',
    customer: { name: 'Noémie Garçon', address: 'noemie.garcon@atelier-bleu.example' },
    subject: 'Quel papier pour plume et aquarelle ?',
    entries: [
      customer(900)`Bonjour,

        je dessine à la plume et je pose ensuite un peu d'aquarelle. Avec le carnet Tarn en 120 g, le papier
        gondole dès le deuxième lavis. Auriez-vous un carnet relié avec un papier plus fort, qui reste assez
        lisse pour la plume ?

        Le format idéal serait A5 à l'italienne. Je peux attendre, s'il faut le fabriquer.

        Bien à vous,
        | Noémie Garçon`,
    ],
  },
  {
    key: 'left-a-scarf',
    inbox: 'hello',
    customer: { name: 'Dilys Marsh', address: 'dilys.marsh@letters.example.org' },
    subject: 'Did I leave a scarf?',
    assignee: 'tess',
    entries: [
      customer(1_530)`Hello, I was in around noon and tried the green pens for far too long. Did I leave a
        grey scarf with a darned corner?`,
      reply('tess', 1_470)`You did! It was on the hook by the ink shelf. It is in the drawer under the till
        with your name on it. We can post it, or you fetch it whenever you like.`,
      customer(1_250)`What a relief, my late husband did the darning. I'll fetch it. Will somebody be there
        if I come just before you open? My bus is early.`,
    ],
  },
  {
    key: 'saturday-job',
    inbox: 'hello',
    customer: { name: 'Tobiasz Król', address: 'tobiasz.krol@mail.example.net' },
    subject: 'Saturday job',
    entries: [
      customer(1_700)`Dear Fernhill Paper team,

        I am seventeen, in my last year but one at Fernhill Upper School, and I'm looking for a Saturday
        job. I come in quite often (I am the one who always asks for the offcuts). I'm good at sums, I write
        neatly, and I have helped at my uncle's market stall for two summers.

        Do you ever take on students? I could come in with my CV, or just work a trial morning.

        Yours sincerely,
        | Tobiasz Król`,
    ],
  },
];

export const helloConversations: readonly DemoConversation[] = [...recentHello, ...earlierHello];
