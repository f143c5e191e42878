/** What mail programs write around a quoted mail, by language. Collected from the programs' own texts; order says nothing. */

const words = (text: string): string[] =>
  text
    .split('|')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** An alternation of texts, the longest first, so that none hides a longer one. */
export function anyOf(texts: readonly string[]): string {
  return texts
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(' ', String.raw`\s+`))
    .join('|');
}

/** "wrote", as in "On Monday Ann wrote:". */
export const WROTE = words(`
  wrote|writes|has written|said|says|quoting|zitat von|citando a|citando|citation de|posted|schrieb|hat geschrieben|a écrit|ecrit|a écrit le|écrivait|escribió|escribio|ha escrito|va escriure|escrigué|
  ha scritto|scrisse|escreveu|schreef|het volgende geschreven|geschreven|skrev|skreiv|har skrivit|skrifaði|kirjoitti|napisał|napisała|
  napisał(a)|napisał/a|napisal|pisze|napsal|napsala|napsal(a)|napísal|napísala|napísal(a)|написал|написала|написал(а)|писал|пишет|пише|
  написав|написала|написав(ла)|написа|напісаў|napisao|napisala|napisao/la|je napisal|je napisala|je napisao|написао|írta|írta ekkor|ezt írta|yazdı|
  şunu yazdı|tarihinde şunu yazdı|έγραψε|γράφει|a scris|kirjutas|rašė|parašė|rakstīja|写道|寫道|写到|寫到|書きました|のメール|님이 작성|작성|씀|כתב|כתבה|
  כתב/ה|كتب|كتبت|نوشت|đã viết|viết|menulis|เขียน|लिखा|shkruajti|shkroi|idatzi zuen|scribitur
`);

/** First words of such a line. */
export const OPENERS = words(`
  On|At|In|Am|Le|El|Il|Op|Em|Den|Dne|Dňa|Dnia|W dniu|På|Pe data de|La data|În data|Στις|Στις|U|Dana|Dne|V|В|Вт|Пн|Ср|Чт|Пт|Сб|Вс|在|於|于|
  El día|El dia|A les|A|Quoting|Citando|Il giorno|Em|Data|Vào|Vào lúc|Pada|Ngày|Den|Mánudaginn|בתאריך|ב|في|Fra|Från|Von|Op|Le|2
`);

/** Names of headers above a mail that is quoted whole. */
export const FROM = words(`
  From|Von|De|De la|Da|Från|Fra|Van|Od|От|От кого|Від|Ад|Lähettäjä|Feladó|Kimden|Gönderen|Από|Expéditeur|Remitente|Mittente|Afzender|Avsändare|
  Avsender|Afsender|Odesílatel|Odosielateľ|Pošiljatelj|Šalje|Saatja|Nuo|No|Frá|发件人|發件人|寄件者|寄件人|差出人|送信元|送信者|보낸 사람|보낸사람|발신|
  מאת|من|از|Từ|Người gửi|Dari|จาก|प्रेषक|Nga|Nork
`);
export const DATED = words(`
  Date|Sent|Sent on|Sent at|Datum|Gesendet|Gesendet am|Envoyé|Envoyé le|Enviado|Enviado el|Enviado em|Enviada em|Enviada|Fecha|Data|Inviato|
  Inviato il|Data invio|Skickat|Skickat den|Sendt|Dato|Verzonden|Verzonden op|Verstuurd|Wysłano|Wysłane|Wysłany|Отправлено|Дата|Дата отправки|
  Надіслано|Адпраўлена|Lähetetty|Päivämäärä|Päiväys|Küldve|Elküldve|Dátum|Küldés dátuma|Gönderildi|Gönderme Tarihi|Tarih|Trimis|Trimis la|
  Ημερομηνία|Στάλθηκε|Εστάλη|Odesláno|Odoslané|Poslano|Poslato|Saadetud|Kuupäev|Išsiųsta|Nosūtīts|Sent|发送时间|发送日期|傳送日期|日期|时间|時間|
  寄件日期|送信日時|日時|日付|보낸 날짜|날짜|보냄|תאריך|נשלח|التاريخ|تاريخ الإرسال|تاريخ|أرسلت|Ngày|Đã gửi|Gửi|Tanggal|Dikirim|วันที่|ส่งเมื่อ
`);
export const TO = words(`
  To|An|À|A|Para|Till|Til|Aan|Do|Кому|До|Каму|Vastaanottaja|Címzett|Kime|Alıcı|Către|La|Προς|Komu|Pro|Za|Prima|Saaja|Kam|Kellele|Destinataire|
  Destinatario|Destinatário|Empfänger|Mottagare|Mottaker|Modtager|Ontvanger|收件人|收件者|宛先|받는 사람|받는사람|수신|אל|إلى|به|Đến|Tới|Kepada|Untuk|ถึง|Për
`);
export const SUBJECT = words(`
  Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Ämne|Emne|Onderwerp|Temat|Тема|Тэма|Aihe|Tárgy|Konu|Subiect|Θέμα|Předmět|Predmet|Zadeva|Naslov|
  Teema|Tema|Efni|Assumpte|Gaia|主题|主旨|主題|件名|제목|נושא|الموضوع|موضوع|Chủ đề|Tiêu đề|Perihal|Subjek|เรื่อง|หัวข้อ|Subjekti|Objekt
`);
/** Others that stand among them. */
export const MORE = words(`
  Cc|Bcc|Kopie|Kopie (CC)|Copie à|Copie|Copia|Cópia|Kopia|Kopi|DW|Копия|Копія|Másolatot kap|Bilgi|Κοιν.|Κοινοποίηση|抄送|副本|참조|עותק|
  Reply-To|Reply To|Responder a|Responder para|Antwort an|Répondre à|Rispondi a|Risposta|Svara till|Svar til|Odpovědět|Ответить|Antwoord aan|
  Attachments|Anlagen|Anhang|Pièces jointes|Adjuntos|Allegati|Bijlagen|Bilagor|Załączniki|Вложения|Importance|Priorität|Wichtigkeit|Organization|Organisation
`);

/** Between dashes above a mail that is quoted or forwarded whole. */
export const ORIGINAL = words(`
  original message|original email|original mail|original appointment|forwarded message|forwarded by|forwarded mail|weitergeleitete nachricht|
  weitergeleitete mail|ursprüngliche nachricht|originalnachricht|original-nachricht|urspr. mitteilung|message d'origine|message original|message d’origine|
  message transféré|message transmis|courriel original|e-mail d'origine|mensaje original|mensaje reenviado|mensaje transmitido|missatge original|
  missatge reenviat|mensagem original|mensagem encaminhada|mensagem reenviada|messaggio originale|messaggio inoltrato|messaggio inoltrato da|
  oorspronkelijk bericht|origineel bericht|oorspronkelijke bericht|doorgestuurd bericht|ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande|
  vidarebefordrat brev|opprinnelig melding|oprindelig meddelelse|oprindelig besked|oprindelig mail|videresendt besked|videresendt melding|videresendt meddelelse|videresendt e-mail|alkuperäinen viesti|
  välitetty viesti|edelleenlähetetty viesti|oryginalna wiadomość|wiadomość oryginalna|treść przekazanej wiadomości|przekazana wiadomość|wiadomość przesłana dalej|przesłana wiadomość|
  wiadomość przekazana|forwarded wiadomość|původní zpráva|původní e-mail|přeposlaná zpráva|pôvodná správa|preposlaná správa|eredeti üzenet|
  továbbított üzenet|továbbított levél|orijinal mesaj|özgün ileti|orijinal ileti|iletilen mesaj|yönlendirilmiş ileti|mesaj original|mesaj redirecționat|
  mesajul original|αρχικό μήνυμα|πρωτότυπο μήνυμα|προωθημένο μήνυμα|исходное сообщение|пересылаемое сообщение|пересланное сообщение|
  перенаправленное сообщение|оригинальное сообщение|переслане повідомлення|оригінальне повідомлення|вихідне повідомлення|originalna poruka|proslijeđena poruka|
  prosleđena poruka|izvirno sporočilo|posredovano sporočilo|algne kiri|edastatud kiri|originali žinutė|persiųstas laiškas|sākotnējais ziņojums|
  pārsūtīts ziņojums|原始邮件|原邮件|转发的邮件|转发邮件|邮件原件|原始郵件|原始訊息|轉寄的郵件|轉寄郵件|元のメッセージ|メッセージを転送|オリジナルメッセージ|転送メッセージ|転送されたメッセージ|원본 메시지|
  원본 메일|전달된 메일|전달된 메시지|הודעה מקורית|הודעה שהועברה|الرسالة الأصلية|رسالة معاد توجيهها|رسالة مُعاد توجيهها|thư gốc|thư chuyển tiếp|tin nhắn gốc|
  pesan asli|pesan yang diteruskan|ข้อความต้นฉบับ|ข้อความที่ส่งต่อ|reply message|mensaje anterior
`);

/** As they stand alone above a forwarded mail, without dashes (Apple Mail and others). */
export const BEGIN_FORWARDED = words(`
  Begin forwarded message|Forwarded message|Forwarded Message|Original Message|Anfang der weitergeleiteten Nachricht|Anfang der weitergeleiteten E-Mail|Début du message réexpédié|Début du message transféré|
  Inicio del mensaje reenviado|Início da mensagem reenviada|Início da mensagem encaminhada|Inizio messaggio inoltrato|Begin doorgestuurd bericht|
  Vidarebefordrat brev|Vidarebefordrat mejl|Videresendt brev|Videresendt mail|Start på videresendt besked|Videresendt melding|Start på videresendt melding|
  Välitetty viesti|Välitetty viesti alkaa|Początek przekazywanej wiadomości|Начало переадресованного сообщения|Начало пересылаемого сообщения|
  Начало перенаправленного сообщения|Переадресоване повідомлення|Початок листа, що пересилається|Začátek přeposílané zprávy|Začiatok preposlanej správy|
  Továbbított levél kezdete|İleti başlangıcı|Başlangıç iletisi|Începutul mesajului redirecționat|Mesaj redirecționat|Αρχή προωθημένου μηνύματος|
  Započni proslijeđenu poruku|Inici del missatge reenviat|下面是被转发的邮件|以下是被轉寄的郵件|開始轉寄郵件|开始转发邮件|転送されたメール|전달된 메시지 시작|전달된 메시지|
  תחילת ההודעה שהועברה|بدء الرسالة المُعاد توجيهها|Bắt đầu thư được chuyển tiếp|Mulai pesan yang diteruskan
`);

/** What programs and telephones put below a mail. */
export const SENT_FROM = words(`
  Sent from|Sent via|Sent with|Sent using|Sent through|Sent by|Get Outlook for|Get BlueMail for|Download Outlook for|Envoyé de|Envoyé depuis|Envoyé avec|
  Envoyé à partir|Télécharger Outlook pour|Obtenir Outlook pour|Obtenez Outlook pour|Von meinem|Gesendet von|Gesendet mit|Gesendet über|Versendet mit|
  Versendet von|Verschickt mit|Diese Nachricht wurde von|Diese Nachricht wurde mit|Holen Sie sich Outlook für|Outlook für|Enviado desde|Enviado con|
  Enviado de|Enviado do|Enviado a partir|Enviado pelo|Enviado via|Enviat des|Obtener Outlook para|Obter o Outlook para|Descarga Outlook para|Inviato da|
  Inviato dal|Inviato con|Scarica Outlook per|Ottieni Outlook per|Verzonden vanaf|Verstuurd vanaf|Verzonden met|Verstuurd met|Verzonden via|
  Outlook voor|Download Outlook voor|Skickat från|Skickades från|Hämta Outlook för|Sendt fra|Send fra|Hent Outlook for|Last ned Outlook for|Lähetetty|
  Hanki Outlook|Wysłane z|Wysłano z|Wysłane przy użyciu|Pobierz program Outlook dla|Отправлено с|Отправлено из|Отправлено от|Отправлено через|
  Надіслано з|Odesláno z|Odeslané z|Odoslané z|Poslano z|Küldve az|Elküldve az|Az iPhone|gönderildi|iPhone'umdan gönderildi|Trimis de pe|Trimis din|
  Στάλθηκε από|Εστάλη από|发自我的|发送自|從我的|傳送自|寄自|iPhoneから送信|から送信|나의|에서 보냄|נשלח מ|أُرسلت من|أرسلت من|Được gửi từ|Gửi từ|Dikirim dari|
  Saadetud minu|Išsiųsta iš|Nosūtīts no
`);

/** What people write above their name at the end. */
export const CLOSINGS = words(`
  regards|best|best regards|kind regards|kindest regards|warm regards|with regards|best wishes|all the best|cheers|thanks|thank you|thanks again|thank you very much|many thanks|thanks in advance|
  thx|sincerely|yours sincerely|yours faithfully|yours truly|sincerely yours|respectfully|take care|love|mit freundlichen grüßen|mit freundlichem gruß|freundliche grüße|viele grüße|liebe grüße|
  beste grüße|schöne grüße|grüße|gruß|danke|vielen dank|danke und gruß|lg|vg|mfg|cordialement|bien cordialement|bien à vous|salutations|sincères salutations|merci|merci d'avance|bonne journée|amitiés|
  saludos|un saludo|saludos cordiales|cordialmente|atentamente|gracias|muchas gracias|un abrazo|cordiali saluti|distinti saluti|saluti|grazie|grazie mille|un saluto|met vriendelijke groet|
  met vriendelijke groeten|vriendelijke groet|groet|groeten|groetjes|bedankt|atenciosamente|cumprimentos|com os melhores cumprimentos|obrigado|obrigada|abraço|abraços|med vänlig hälsning|
  med vänliga hälsningar|vänliga hälsningar|hälsningar|tack|mvh|med venlig hilsen|venlig hilsen|med vennlig hilsen|vennlig hilsen|hilsen|tak|takk|ystävällisin terveisin|terveisin|kiitos|pozdrawiam|
  z poważaniem|dziękuję|s pozdravem|děkuji|s pozdravom|ďakujem|üdvözlettel|köszönöm|с уважением|спасибо|с наилучшими пожеланиями|з повагою|дякую|saygılarımla|teşekkürler|cu respect|mulțumesc|με εκτίμηση|
  ευχαριστώ|lep pozdrav|srdačan pozdrav|敬具|谢谢|此致|감사합니다
`);
