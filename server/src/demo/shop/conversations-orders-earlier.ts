import { customer, note, reply } from './entries.ts';
import type { DemoConversation } from './types.ts';

export const earlierOrders: readonly DemoConversation[] = [
  {
    key: 'facture-association',
    inbox: 'orders',
    customer: { name: 'Françoise Brière', address: 'f.briere@plumes-du-lac.example' },
    subject: 'Facture au nom de notre association',
    assignee: 'jonas',
    entries: [
      customer(2_870)`Bonjour,

        j'ai passé la commande FP-4174 à mon nom, mais c'est notre club d'écriture « Plumes du lac » qui
        paie. Notre trésorier demande une facture au nom de l'association. Est-ce encore possible ?

        Merci d'avance,
        | Françoise Brière`,
      note('jonas', 2_700)`My French gets me through this one. Tess, would you read it over before I send?`,
      note('tess', 1_590)`Reads well. I corrected one accent in your draft.`,
      reply('jonas', 1_500)`Bonjour Madame, bien sûr. Pourriez-vous m'envoyer l'adresse de l'association
        telle qu'elle doit figurer sur la facture ? Je vous prépare une facture corrigée dès que je l'ai, et
        l'ancienne sera annulée.`,
    ],
  },
  {
    key: 'wysylka-do-polski',
    inbox: 'orders',
    customer: { name: 'Łukasz Wróbel', address: 'lukasz.wrobel@poczta.example' },
    subject: 'Koszt wysyłki do Polski',
    entries: [
      customer(1_900)`Dzień dobry,

        chciałbym zamówić dwa pióra Kestrel i pięć ryz papieru Osier, ale koszyk pokazuje 38 euro za wysyłkę
        do Krakowa. Czy to na pewno dobrze policzone? Gdy usuwam papier, koszt spada do 9 euro.

        Może da się wysłać papier wolniej i taniej? Nie spieszy mi się.

        Pozdrawiam
        | Łukasz Wróbel`,
    ],
  },
  {
    key: 'japan-customs-form',
    inbox: 'orders',
    customer: { name: '中村 恵', address: 'megumi.nakamura@tegami.example' },
    subject: '税関の書類について（FP-4088）',
    assignee: 'tess',
    entries: [
      customer(4_600)`ご担当者様

        はじめまして。先日、万年筆とノートを注文した中村と申します（注文番号 FP-4088）。
        | 税関から、品物の内容と価格がわかる書類を出してほしいと連絡がありました。
        | 英語の請求書を送っていただくことはできますか。

        どうぞよろしくお願いいたします。
        | 中村 恵`,
      note('tess', 4_330)`I can read this, from my year in Osaka. She needs an invoice in English with
        contents and values for customs. Jonas, please don't answer in English, I'll do it properly.`,
      reply('tess', 4_290)`中村様

        ご連絡ありがとうございます。ご不便をおかけして申し訳ございません。
        | 品名と価格を記した英語の請求書をPDFでお送りいたします。
        | ほかに必要な書類がございましたら、どうぞお知らせください。

        Fernhill Paper
        | テス・アミリ`,
      customer(2_600)`アミリ様

        早速のお返事、ありがとうございました。税関に書類を提出しました。
        | もう一つだけ、原産国も書いてほしいと言われました。ノートの原産国はどちらでしょうか。

        中村`,
    ],
  },
  {
    key: 'cancel-before-shipping',
    inbox: 'orders',
    customer: { name: 'Tomos Gwyn', address: 'tomos@gwyn.example' },
    subject: 'Cancel FP-4168 please',
    assignee: 'jonas',
    archived: true,
    entries: [
      customer(3_320)`Could you cancel FP-4168? My wife ordered exactly the same notebook for me an hour
        before I did, which I suppose is a good sign.`,
      reply('jonas', 3_240)`A very good sign. It hadn't been packed yet, so it is cancelled and the €24 is
        on its way back to your card.`,
      customer(3_100)`Quick work. Thanks, Jonas.`,
    ],
  },
  {
    key: 'back-order-sloe-ink',
    inbox: 'orders',
    customer: { name: 'Zuzana Havlíčková', address: 'zuzana@havlickova.example' },
    subject: 'When is Sloe back in stock?',
    assignee: 'tess',
    entries: [
      customer(6_900)`Hello! The Sloe ink has said "back soon" for a month. I write my diary in it and have
        about a centimetre left in the bottle. Is soon really soon?`,
      reply('tess', 6_720)`Hello Zuzana, fair question. The maker changed her bottles and had to wait for
        the new caps. She promises a case for us within two weeks. Shall I keep a bottle for you? You
        needn't pay before it is here.`,
      customer(6_680)`Two bottles, please! I will write small until then.`,
      note('tess', 4_130)`Case is confirmed for next week, 24 bottles, 2 of them for Zuzana Havlíčková. I've
        written it on the delivery note pinned by the door.`,
      reply('tess', 4_100)`Two bottles have your name on them. The case left the maker this week, so I
        expect to send you a payment link within a few days.`,
    ],
  },
  {
    key: 'return-after-thirty-days',
    inbox: 'orders',
    customer: { name: 'Imogen Tate', address: 'imogen.tate@letters.example.org' },
    subject: 'Returning an unopened set, slightly late',
    entries: [
      customer(4_700)`Hello,

        I bought a sealing wax set as a present and then learned that the person it was meant for can't have
        open flames in her care home. It is still sealed. I know your returns page says thirty days and it
        has been thirty-six.

        Would you take it back for credit rather than money? I would happily spend it on writing paper with
        large ruling, if you have such a thing.

        Imogen Tate`,
    ],
  },
  {
    key: 'broken-bottle',
    inbox: 'orders',
    customer: { name: 'Marek Dvořák', address: 'marek@dvorak-tisk.example' },
    subject: 'Broken ink bottle, blue everywhere',
    assignee: 'tess',
    archived: true,
    entries: [
      customer(8_700)`Hello, parcel FP-4110 arrived with a wet corner. One bottle of Halden Blue-Black has
        broken and the two notebooks under it are blue on one side. I took pictures before touching anything
        and put the whole box in the bath tub.`,
      reply('tess', 8_560)`Hello Marek, thank you for rescuing it, and I am sorry about the bath tub. Please
        wear gloves for the glass. Nothing needs to come back. I'm sending a new bottle and two new
        notebooks today, this time with the ink in a tin.`,
      note('tess', 8_540)`Third broken bottle since we went over to the thinner padding. I'd like to go back
        to the old rolls, they cost 20 cents more per parcel.`,
      note('mara', 8_410)`Agreed, order the old ones.`,
      customer(6_040)`The new parcel is here, dry and complete. The tin was a clever idea. The bath is white
        again too. Thank you for handling it so kindly.`,
      reply('tess', 6_000)`That is good to hear, about the bath most of all. Enjoy the notebooks!`,
    ],
  },
  {
    key: 'encomenda-escritorio',
    inbox: 'orders',
    customer: { name: 'João Antunes', address: 'joao.antunes@antunes-advogados.example' },
    subject: 'Encomenda para o escritório',
    assignee: 'mara',
    archived: true,
    entries: [
      customer(11_800)`Boa tarde,

        somos um pequeno escritório de advogados em Coimbra e queremos encomendar quarenta cadernos Tarn A5
        com o nosso nome gravado na capa. É possível? Qual seria o prazo?

        Cumprimentos,
        | João Antunes`,
      note('mara', 11_640)`I'll take this one, Jonas, it's good for my Portuguese. Could you check with the
        embosser that she still wants 25 copies at least, and three weeks?`,
      note('jonas', 11_590)`She does, at €3 each. And the name as a vector file, please.`,
      reply('mara', 11_580)`Boa tarde, Dr. Antunes. Sim, gravamos capas a partir de 25 exemplares. Para
        quarenta cadernos, a gravação a seco custa 3 € por unidade e o prazo é de três semanas. Se nos
        enviar o nome em ficheiro vetorial, preparamos uma prova sem compromisso.`,
      customer(10_300)`Muito obrigado. Segue o ficheiro em anexo. A prova pode ser por fotografia.`,
      reply('mara', 9_400)`Bom dia, a prova segue em fotografia. As letras têm 6 mm de altura. Se estiver de
        acordo, começamos já a gravar.`,
      customer(9_000)`Ficou muito bonito. Está aprovado, podem avançar. Obrigado pela rapidez.`,
    ],
  },
  {
    key: 'gift-card-not-received',
    inbox: 'orders',
    customer: { name: 'Ngozi Adeyemi', address: 'ngozi.adeyemi@mail.example.com' },
    subject: 'Gift card never reached my brother',
    assignee: 'tess',
    entries: [
      customer(11_330)`Hi, I bought a €50 gift card for my brother's birthday and he says no email came. He
        has looked in spam. It's been two days and I look like the forgetful sister.`,
      reply('tess', 11_150)`Hi Ngozi, I can see why: the address ends in ".exmaple". I have sent it again to
        the spelling I believe is right. Would you ask him to look once more? If it hasn't come, I'll print
        the card and post it to him instead.`,
      note('tess', 11_000)`Both emails carry the same code, so it can only be used once. If she writes
        again, just print it.`,
    ],
  },
  {
    key: 'tracking-link-of-a-stranger',
    inbox: 'orders',
    customer: { name: 'Aoife Brennan', address: 'aoife@brennan.example' },
    subject: "Tracking link shows somebody else's parcel",
    assignee: 'jonas',
    archived: true,
    entries: [
      customer(14_620)`The tracking link in your email for FP-4106 shows a parcel for a town I have never
        heard of. Mine should come to Fernhill, from Fernhill. I could have walked over.`,
      reply('jonas', 14_480)`We swapped two labels in the list, though luckily not on the parcels. Your
        right link is in the confirmation I have just sent again: it shows delivery today before six. The
        other customer has been told as well.`,
      customer(14_000)`Arrived at four. All fine.`,
    ],
  },
  {
    key: 'photo-of-the-first-letter',
    inbox: 'orders',
    customer: { name: 'Bjørn Aasland', address: 'bjorn@aasland.example' },
    subject: 'A photo for you',
    assignee: 'mara',
    archived: true,
    entries: [
      customer(21_700)`Hello to all of you,

        three weeks ago I ordered a pen and the cream letter paper for my father, who is 84. He stopped
        writing when my mother died. I had no great hopes, to be honest.

        The picture shows him at the kitchen table on Sunday with the first page. He was writing to his
        brother. He complained about the nib for ten minutes and then wrote four sides.

        I thought you should see it.

        Bjørn`,
      note('tess', 21_420)`Printed the picture and pinned it next to the till. Hope that is all right.`,
      note('mara', 21_390)`I'll ask him. It should hang there only if he agrees.`,
      reply('mara', 21_350)`Dear Bjørn, thank you. All of us have looked at that picture today. May we hang
        a print behind the counter, where only we can see it? And if the nib still annoys your father, send
        it over: we'll smooth it for him and won't charge for it.`,
      customer(20_000)`You may. He says the nib is fine now, he only needed something to grumble about.`,
    ],
  },
];
