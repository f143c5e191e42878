import { customer, note, reply } from './entries.ts';
import type { DemoConversation } from './types.ts';

export const earlierBindery: readonly DemoConversation[] = [
  {
    key: 'cello-parts',
    inbox: 'bindery',
    customer: { name: 'Tamsin Achterberg', address: 'tamsin@achterberg-quartet.example' },
    subject: 'Binding for sheet music that stays open',
    entries: [
      customer(2_500)`Hello, I play in a quartet and my cello parts are falling apart at the staples. I need
        them bound so that they lie completely flat on the stand and the pages turn quietly. Rings are out,
        they rattle. Four booklets of about 60 pages each. Do you do this kind of thing, and how long would
        I be without my music?`,
    ],
  },
  {
    key: 'atlas-torn-maps',
    inbox: 'bindery',
    customer: { name: 'Konrad Ziegler', address: 'konrad@ziegler-karten.example' },
    subject: 'School atlas with torn maps',
    assignee: 'wen',
    entries: [
      customer(9_900)`Hello, I collect school atlases. The newest one has nine torn maps, two of them right
        through the folds, and somebody has mended one with office tape. Can you do something about that?`,
      reply('wen', 9_700)`Hello Konrad, yes. Tears we close with Japanese paper and wheat paste, you will
        only find them against the light. The tape is the slow part: the glue has to come out first. Please
        don't pull at it.`,
      customer(9_530)`I have already pulled at one end, I confess. It is in the post to you now, insured.`,
      note('wen', 5_900)`Tape is off, it took four hours, the stain stays. I have logged the hours.`,
      note('luis', 5_820)`We quoted three. Charge three, it's our estimate that was off.`,
      reply('wen', 3_000)`All nine maps are closed and the tape is gone. A pale yellow stripe has stayed in
        Scandinavia where the glue had gone into the paper; I stopped before the printing suffered. The
        atlas is drying under weights and can travel in three days.`,
    ],
  },
  {
    key: 'japanese-stab-binding',
    inbox: 'bindery',
    customer: { name: '小林 真由', address: 'mayu.kobayashi@washi.example' },
    subject: '和綴じの句集について',
    assignee: 'wen',
    entries: [
      customer(5_600)`Fernhill Paper 製本工房 御中

        はじめまして。小林と申します。
        | 母の俳句をまとめて、和綴じの小さな句集を三十部作りたいと考えています。
        | 本文は約六十ページ、紙はこちらで用意できます。
        | お引き受けいただけますでしょうか。

        よろしくお願いいたします。`,
      note('wen', 5_480)`Thirty copies in four-hole binding, about 60 pages, her own paper, her mother's
        haiku. I'd love to do this one. Tess helps me with the wording.`,
      reply('wen', 5_390)`小林様

        お問い合わせいただき、ありがとうございます。
        | 四つ目綴じで三十部、喜んでお引き受けいたします。
        | 紙の大きさと厚さを教えていただければ、お見積もりをお送りします。

        製本担当 ウェン`,
      customer(4_700)`ウェン様

        ありがとうございます。紙は半紙判で、少し薄めのものです。
        | 綴じ糸は藍色を希望しております。`,
      reply('wen', 3_900)`小林様

        藍色の絹糸の見本を三種類、本日お送りいたしました。
        | お見積もりは三十部で四百二十ユーロ、お時間は五週間ほど頂戴いたします。
        | どうぞゆっくりお選びください。`,
    ],
  },
  {
    key: 'estimate-too-high',
    inbox: 'bindery',
    customer: { name: 'Bernard Quill-Hughes', address: 'bernard@quill-hughes.example' },
    subject: 'Your estimate',
    assignee: 'luis',
    entries: [
      customer(7_700)`Your estimate for my set of six encyclopaedias came today: €1,140. I paid €200 for the
        whole set. I had expected something in proportion.`,
      reply('luis', 7_480)`Dear Mr Quill-Hughes, I understand that the sum is a surprise. It is about 26
        hours of work: all six spines are detached, and on three volumes the sewing is broken. We don't
        charge by what a book costs, only by the hours it takes.

        One can do less. Reattaching the spines only, without new sewing, would be €480, and the books could
        be read with some care.`,
      note('mara', 7_350)`Luis, please stay at 480 for the small version, and don't go lower just because he
        is cross.`,
      customer(6_050)`Could I pay for three volumes now and three next year?`,
      reply('luis', 5_880)`Yes, gladly. Then I'd begin with the three whose sewing is broken, since they get
        worse with every reading: €660 in full, or €240 for the spines only. Which would you prefer?`,
      customer(4_900)`In full, then, for volumes 1, 4 and 5, which I take to be the ones you mean. I was
        short with you at first and I'm sorry for it. My late brother and I learned to read from these. When
        should I bring them?`,
    ],
  },
  {
    key: 'mould-in-the-cellar',
    inbox: 'bindery',
    customer: { name: 'Rosalind Achebe', address: 'rosalind@achebe.example' },
    subject: 'Mould',
    entries: [
      customer(4_050)`We found a box of books in the cellar with white fluff on the spines. Is it dangerous?
        Can they be saved?`,
      reply('luis', 3_930)`Please put the box outside or in a room nobody uses, and keep it away from other
        books. Gloves and a mask when you touch it. Mould that is dry can usually be brushed and vacuumed
        off. How many books are there, and are they damp to the touch?`,
      customer(3_400)`14 books. Nine are dry. Five feel cold and a bit clammy, and one of those smells
        sweetish. They are in the garage now. My son has asthma, so I would rather not do the brushing here
        at home. Would you do it?`,
    ],
  },
  {
    key: 'tapas-para-cartas',
    inbox: 'bindery',
    customer: { name: 'Lucía Ferrándiz', address: 'lucia@casa-ferrandiz.example' },
    subject: 'Tapas para las cartas del restaurante',
    assignee: 'luis',
    entries: [
      customer(9_100)`Buenas tardes:

        Tenemos un restaurante de ocho mesas y nos gustaría encargar doce tapas para las cartas, en tela,
        que resistan el uso y permitan cambiar las hojas cada semana. ¿Lo harían ustedes?

        Gracias y saludos,
        | Lucía Ferrándiz`,
      reply('luis', 8_930)`Hola, Lucía: con mucho gusto. Para cambiar las hojas cada semana le propongo un
        cordón elástico en el lomo. La tela lleva un acabado que se limpia con un paño húmedo. Doce tapas
        serían 264 €, en unas tres semanas. ¿Qué color tiene en mente?`,
      customer(7_440)`Color aceituna, si puede ser, y el nombre de la casa en pequeño, sin dorados.`,
      note('luis', 6_560)`Olive cloth is in the second drawer, enough for 15. The name as a blind stamp.
        I'll make one to show them before we cut the rest.`,
      reply('luis', 6_500)`Aceituna hay, y el nombre quedará muy bien en seco, sin oro. Le preparo primero
        una sola tapa de muestra y se la envío por correo. Si le gusta, hacemos las otras once.`,
    ],
  },
  {
    key: 'photo-album-pages',
    inbox: 'bindery',
    customer: { name: 'Delphine Marchetti', address: 'delphine@marchetti.example' },
    subject: 'More pages for an album you made',
    assignee: 'wen',
    archived: true,
    entries: [
      customer(12_700)`Two years ago you made a photo album for us with black pages and screw posts. It is
        full. Can I get more of the same pages, twenty perhaps?`,
      reply('wen', 12_560)`Certainly, the punching template is still here under your name. Twenty leaves
        with tissue are €36. You'll need posts 5 mm longer as well, I will put in a set.`,
      customer(10_000)`They fit exactly, and the longer posts too. We now have room for one more child.`,
    ],
  },
  {
    key: 'diary-without-a-key',
    inbox: 'bindery',
    customer: { name: 'Nell Carradine', address: 'nell.carradine@mail.example.com' },
    subject: 'Locked diary, no key',
    assignee: 'luis',
    archived: true,
    entries: [
      customer(17_300)`I inherited a diary with a small brass lock and no key. I don't want to break it. Do
        you know anybody who could open such a thing?`,
      reply('luis', 17_150)`We keep a tin with some forty little keys from old albums and diaries, and most
        of those locks are alike. Bring it along, and with luck it takes a minute. If none fits, I can lift
        the clasp from behind and put it back without a trace.`,
      customer(15_240)`The eleventh key! I was there for three minutes in all and I'm still smiling. What do
        I owe you?`,
      reply('luis', 15_000)`Nothing at all, the pleasure was mine. Keep the key with it.`,
    ],
  },
  {
    key: 'registre-de-la-commune',
    inbox: 'bindery',
    customer: { name: 'Anaïs Lefèvre', address: 'mairie@saint-aubrin.example' },
    subject: "Restauration d'un registre de 1794",
    assignee: 'luis',
    archived: true,
    entries: [
      customer(30_100)`Bonjour,

        la mairie de Saint-Aubrin possède un registre de délibérations de 1794, 212 feuillets, dont la
        couverture en parchemin s'est rétractée. Le registre ne ferme plus et les coins des feuillets
        s'abîment. On nous a donné votre nom aux archives du département.

        Accepteriez-vous de l'examiner et d'établir un devis ? Nous pouvons vous l'apporter.

        Cordialement,
        | Anaïs Lefèvre, secrétaire de mairie`,
      note('luis', 29_900)`Parchment that has shrunk: humidify slowly, then tension it on the board. Three
        weeks at least, because it needs to rest in between. Mara, is it covered by our insurance while it's
        here?`,
      note('mara', 29_780)`Up to €10,000 in the safe. Ask them for its value in writing.`,
      reply('luis', 29_700)`Bonjour Madame, volontiers. Un parchemin rétracté se détend lentement, à
        l'humidité, et le registre pourra se refermer. Il me faut le voir avant d'établir un devis. Pour
        notre assurance, pourriez-vous m'indiquer par écrit la valeur du registre ?`,
      customer(28_900)`Merci beaucoup. Les archives l'estiment à 4 000 euros, l'attestation est jointe.
        Notre adjoint passe dans votre région après-demain et peut le déposer.`,
      reply('luis', 28_700)`C'est parfait, nous l'attendons. Je l'examinerai le jour même et vous aurez le
        devis le lendemain.`,
      customer(20_500)`Le conseil a accepté le devis hier soir, à l'unanimité, ce qui est rare. Vous pouvez
        commencer. Merci pour la clarté de vos explications.`,
    ],
  },
];
