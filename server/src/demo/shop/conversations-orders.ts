import { customer, note, reply } from './entries.ts';
import { earlierOrders } from './conversations-orders-earlier.ts';
import type { DemoConversation } from './types.ts';

const recentOrders: readonly DemoConversation[] = [
  {
    key: 'fine-nib-instead-of-broad',
    inbox: 'orders',
    customer: { name: 'Hannah Whitlock', address: 'hannah@whitlock.example' },
    subject: 'Wrong nib in FP-4171',
    assignee: 'tess',
    entries: [
      customer(232)`Hello,

        my Kestrel arrived this morning and it is lovely, but the nib is a fine. I ordered the broad (it
        says so on the packing slip as well). I have only dipped it once to try it, no converter filled.

        Can I swap it?

        Hannah Whitlock`,
      reply('tess', 205)`Hello Hannah, I am sorry, that was our slip of the hand. You do not need to send
        the whole pen back: the nib unit unscrews, so I can post you a broad one and you return the fine in
        the same envelope. Would you be comfortable changing it yourself? It takes half a minute.`,
      customer(148)`I think so. Does it screw clockwise or the other way? I'd hate to force it.`,
      note('tess', 139)`Two broad units left in the drawer under the till. I have put one aside with her
        name on it, please don't sell it.`,
      reply('tess', 136)`Anticlockwise, holding the grip in your other hand, and a bit of warm water helps
        if it feels stiff. The broad unit goes out with this afternoon's post, with a stamped envelope for
        the fine one.`,
      customer(3)`Perfect, thank you. One last thing: the address on the order is my office. Could it go to
        my home instead? 8 Millrace Close, Fernhill. If it has already left, don't worry about it.`,
    ],
  },
  {
    key: 'sendung-steht-still',
    inbox: 'orders',
    customer: { name: 'Jürgen Maaß', address: 'j.maass@nordpost.example' },
    subject: 'Sendung FP-4138 bewegt sich nicht',
    entries: [
      customer(17)`Guten Tag,

        meine Bestellung FP-4138 (drei Tarn-Notizbücher und ein Glas Halden Blauschwarz) hängt seit vier
        Tagen im Paketzentrum Leipzig. In der Sendungsverfolgung steht nur "in Bearbeitung".

        Die Notizbücher sind ein Geburtstagsgeschenk für Samstag. Können Sie beim Versand nachfragen oder
        mir sagen, ob ich selbst etwas tun kann?

        Mit freundlichen Grüßen
        | Jürgen Maaß`,
    ],
  },
  {
    key: 'any-news-desk-pad',
    inbox: 'orders',
    customer: { name: 'Emre Yıldız', address: 'emre@yildiz.example' },
    subject: 'Desk pad',
    entries: [
      customer(5_790)`Hi, I ordered the large desk pad in grey felt (FP-4149). The shop page said "ships in
        two days". Has it gone out?`,
      reply('jonas', 5_610)`Hi Emre, not yet. The felt pads come from a maker two towns over and her
        delivery is late. She tells me they will be with us in the next two or three days and yours is the
        first to go out.`,
      customer(5_580)`ok no rush, thanks for checking`,
      customer(41)`any news?`,
    ],
  },
  {
    key: 'school-vat-invoice',
    inbox: 'orders',
    customer: { name: 'Priya Raman', address: 'p.raman@hollins-school.example' },
    subject: 'VAT invoice for Hollins School',
    assignee: 'jonas',
    entries: [
      customer(1_660)`Dear Fernhill Paper,

        we ordered 32 school pens and four bottles of washable blue for our year four classes (FP-4166). The
        parcel came with a packing slip only. Our bursar needs a proper invoice, made out to the school,
        with your VAT number and the VAT shown on its own line.

        The name should read: Hollins Primary School, Accounts, 3 Bell Street, Marlowe.

        Kind regards,
        | Priya Raman
        | Year four`,
      reply('jonas', 1_545)`Dear Ms Raman, of course. I will make out the invoice to the school today. Does
        the bursar need a purchase order number on it as well? Some schools send the invoice back without
        one.`,
      customer(330)`Good thing you asked! Yes: HPS-0773. And she says it has to be a PDF, not a link.`,
      note('jonas', 128)`The invoice form has no field for a PO number, I put it in the second address line.
        Mara, is that all right for the books?`,
      note('mara', 112)`Fine for us. Date it the day of the order, not today.`,
      reply('jonas', 99)`Here it is, as a PDF, with HPS-0773 under the school's name and the VAT on its own
        line. If the bursar wants anything changed, just reply to this message.`,
    ],
  },
  {
    key: 'leaking-pen-ruined-shirt',
    inbox: 'orders',
    customer: { name: 'Desmond Pryce', address: 'desmond.pryce@pryce-lowe.example' },
    subject: 'Your pen leaked in my pocket. Third message.',
    assignee: 'mara',
    entries: [
      customer(4_420)`The Ardel 40 I bought from you (FP-4072) leaked in my jacket. Please tell me how to
        return it.`,
      customer(2_990)`I wrote yesterday and have had no answer. The pen leaked and it is two weeks old. Is
        anyone reading this?`,
      customer(372)`This is my third message. I bought a pen for €140 from you and it emptied itself into
        the lining of a suit jacket, ten minutes before I had to stand up in front of clients. I have
        written twice and heard nothing.

        I want the pen refunded and I want to know who is paying for the jacket. If I don't hear back today
        I will ask my card company for the money and write about it publicly.`,
      note('tess', 351)`His first two messages sat in spam, I only found them because he used the word
        "third". This needs you, Mara. I have not answered.`,
      note('mara', 344)`Taking it. Refund in full whatever the cause, and we offer to pay the dry cleaner.
        Tess, can you check whether any other Ardel 40 from that batch came back?`,
      note('tess', 331)`One, last month: cracked converter, same symptom. I have the batch number if the
        maker wants it.`,
      reply('mara', 322)`Dear Mr Pryce,

        you are right to be angry. Your first two messages ended up in our spam folder, and nobody looked.
        That is our failing, and I apologise.

        I have refunded the €140 just now; your bank may need two or three days to show it. Please have the
        jacket cleaned by someone who knows ink, and send me the bill. If it can't be saved, tell me and we
        will settle that too. You don't need to send the pen back unless you want to be rid of it, but the
        maker would be glad to examine the converter.

        Mara Okafor, owner`,
      customer(152)`I appreciate the straight answer. The cleaner wants to see the jacket before he quotes.
        He asks what ink it was exactly, and whether it is waterproof. I only know it was the black
        cartridge that came in the box.`,
    ],
  },
  {
    key: 'new-delivery-address',
    inbox: 'orders',
    customer: { name: 'Ilze Bērziņa', address: 'ilze.berzina@mail.example.net' },
    subject: 'Please change the address on FP-4187',
    entries: [
      customer(218)`Hello, I moved last week and my old address was still saved in the shop. Please send
        FP-4187 to 27 Quarry Road, flat 3, instead of Beech Walk. The name stays the same. Sorry for the
        trouble!`,
    ],
  },
  {
    key: 'lost-order-two-parcels',
    inbox: 'orders',
    customer: { name: 'Kjersti Moe', address: 'kjersti@moe-arkitekter.example' },
    subject: 'Order FP-4081 never arrived',
    assignee: 'jonas',
    entries: [
      customer(13_300)`Hello, our studio ordered sketchbooks on FP-4081, a box of twenty. Tracking says
        delivered, signed by "Reception". We are four people above a bakery. We have no reception.`,
      reply('jonas', 13_180)`Hello Kjersti, then somebody else has signed for your sketchbooks. I am opening
        an inquiry with the courier now. Could you ask the bakery and the neighbours meanwhile? It is often
        that.`,
      customer(11_900)`Asked everyone in the building, also the dentist across the street, who does have a
        reception. Nothing.`,
      reply('jonas', 11_760)`Thank you for going round. The courier has to give us the driver's location
        within five working days. I will not make you wait for that if you need the books sooner, so please
        tell me when you need them.`,
      customer(10_210)`We have a workshop with students in eight days. Before then would be a great relief.`,
      note('jonas', 10_160)`Only 13 of the A4 left. Mara agrees not to wait for the inquiry: make up the box
        with 7 of the cream paper ones, but ask Kjersti first. We claim the lost box from the courier.`,
      reply('jonas', 10_090)`I can send a second box today: 13 as ordered and 7 with cream instead of white
        paper, otherwise identical, and no charge for the difference. Would that work for the students?`,
      customer(9_980)`The students will be delighted with cream. Please send!`,
      reply('jonas', 430)`The courier has admitted it now: the first box went to a hotel in the next street.
        They are returning it to us, so there is nothing you need to do. Did the second one reach you
        safely, and in good time for the workshop?`,
    ],
  },
  {
    key: 'falta-un-frasco',
    inbox: 'orders',
    customer: { name: 'Nuria Peñalver', address: 'nuria.penalver@correo.example' },
    subject: 'Falta un frasco en el pedido FP-4160',
    entries: [
      customer(520)`Buenas tardes:

        Hoy he recibido el pedido FP-4160. Venía todo muy bien embalado, pero falta uno de los dos frascos
        de tinta: ha llegado el verde musgo y no está el de color ciruela. En el albarán aparecen los dos.

        ¿Lo mandan aparte o se ha quedado en la tienda?

        Un saludo,
        | Nuria`,
    ],
  },
  {
    key: 'gift-wrap-no-prices',
    inbox: 'orders',
    customer: { name: 'Oluwaseun Bakare', address: 'seun@bakare.example' },
    subject: 'Gift wrapping for FP-4180',
    assignee: 'tess',
    entries: [
      customer(1_040)`Hi there, I forgot to tick gift wrapping. It goes straight to my aunt, so please leave
        out anything with a price on it. A card saying "For the letters you keep promising me. Seun" would
        be wonderful if you do cards.`,
      note('jonas', 960)`Parcel is packed but not sealed, it is on the left-hand shelf.`,
      reply('tess', 610)`Hi Seun, caught it in time. It is wrapped in the green marbled paper, the card is
        handwritten with exactly your words, and the slip with the prices stays here with us. It leaves
        today.`,
    ],
  },
  {
    key: 'price-match-inkwell',
    inbox: 'orders',
    customer: { name: 'Gareth Lowe', address: 'gareth.lowe@post.example.com' },
    subject: 'Price match?',
    entries: [
      customer(2_310)`Hello. The Merel desk set is €89 with you and €76 at a big online shop. I'd sooner buy
        it from you. Do you match prices?`,
      reply('jonas', 2_150)`Hello Gareth, thank you for asking us first. We can't always, but for the Merel
        sets we have some room. Could you send me the link, so I can see whether it is the same set with the
        blotter?`,
      customer(780)`I've looked again and theirs comes without the blotter, so it isn't quite the same. The
        blotter is €9 there. That still leaves four euros between you, and I won't quarrel over four euros,
        but would you throw in a bottle of ink?`,
    ],
  },
  {
    key: 'charged-twice',
    inbox: 'orders',
    customer: { name: 'Eleni Papadaki', address: 'eleni@papadaki.example' },
    subject: 'Charged twice',
    entries: [
      customer(1_100)`Good evening, I see two payments of €63.40 to you on my card, one minute apart. I only
        have one confirmation, FP-4179. The page froze when I paid and I pressed the button again. Can you
        cancel one of the two, please?

        Thank you,
        | Eleni Papadaki`,
    ],
  },
];

export const ordersConversations: readonly DemoConversation[] = [...recentOrders, ...earlierOrders];
