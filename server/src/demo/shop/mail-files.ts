import { printPdf } from '../mail/paper.ts';
import { type Colour, paintPng } from '../mail/picture.ts';

/** A file that somebody of the shop or a customer sends. */
export interface DemoFile {
  readonly name: string;
  readonly type: string;
  readonly content: () => Buffer;
  /** Shown within the text of an HTML mail. */
  readonly inline?: true;
}

const picture = (name: string, paint: (x: number, y: number) => Colour, inline?: true): DemoFile => ({
  name,
  type: 'image/png',
  content: () => paintPng(320, 220, paint),
  ...(inline === undefined ? {} : { inline }),
});
const paper = (name: string, ...lines: string[]): DemoFile => ({
  name,
  type: 'application/pdf',
  content: () => printPdf(lines),
});

const mix = (from: Colour, to: Colour, share: number): Colour => {
  const part = (at: 0 | 1 | 2) =>
    Math.round(from[at] + (to[at] - from[at]) * Math.min(1, Math.max(0, share)));
  return [part(0), part(1), part(2)];
};
const PAPER: Colour = [247, 242, 229];
const INK: Colour = [38, 58, 104];
const WOOD: Colour = [139, 98, 62];

/** A blot of ink that runs over the edge of a notebook. */
const blot = picture('wet-corner.png', (x, y) => {
  const notebook = x > 0.16 && x < 0.84 && y > 0.1 && y < 0.9;
  const ground = notebook ? PAPER : WOOD;
  const wave = 0.07 * Math.sin(9 * x + 5 * y) + 0.04 * Math.sin(23 * y - 7 * x);
  const distance = Math.hypot(x - 0.72, (y - 0.74) * 0.8) + wave;
  return mix(ground, INK, (0.36 - distance) * 9);
});

/** A written page on a kitchen table. */
const letter = picture(
  'first-page.png',
  (x, y) => {
    const [u, v] = [x + 0.08 * (y - 0.5), y - 0.08 * (x - 0.5)];
    if (u < 0.25 || u > 0.75 || v < 0.08 || v > 0.94)
      return mix(WOOD, [96, 64, 38], (Math.sin(60 * y) + 1) / 3);
    const row = (v - 0.16) * 16;
    const written = v > 0.16 && v < 0.84 && u > 0.31 && u < (row % 4 > 3 ? 0.5 : 0.69);
    const stroke = Math.abs((row % 1) - 0.5 - 0.13 * Math.sin(u * 130) - 0.1 * Math.sin(u * 47));
    return written && stroke < 0.12 ? INK : PAPER;
  },
  true,
);

/** A map with a tear through its fold. */
const map = picture('scandinavia.png', (x, y) => {
  const tear = 0.5 + 0.03 * Math.sin(21 * y) + 0.02 * Math.sin(53 * y);
  if (Math.abs(x - tear) < 0.006 + 0.012 * y) return [64, 60, 56];
  const land = Math.sin(5 * x + 2) + Math.sin(7 * y + 3 * x) + 0.4 * Math.sin(19 * x - 11 * y) > 0.35;
  const ground: Colour = land ? [176, 190, 132] : [151, 186, 205];
  const tape = x > 0.56 && x < 0.66 && y > 0.3 && y < 0.62;
  return mix(ground, [214, 190, 110], tape ? 0.55 : 0);
});

const vatInvoice = paper(
  'FP-4166 invoice.pdf',
  'Fernhill Paper',
  'Invoice FP-4166',
  '',
  'Hollins Primary School, Accounts, 3 Bell Street, Marlowe',
  'Purchase order HPS-0773',
  '',
  '32 school pens, blue                                   288.00',
  '4 bottles of washable blue                              26.00',
  'VAT 20 %                                                62.80',
  'Total                                                  376.80',
);
const customs = paper(
  'FP-4088 invoice.pdf',
  'Fernhill Paper',
  'Commercial invoice FP-4088, for customs',
  '',
  '1 fountain pen, Kestrel                                 54.00',
  '3 notebooks, Tarn A5                                    42.00',
  'Total, postage included                                108.00',
);
const lettering = paper('antunes-advogados.pdf', 'Antunes & Associados', 'Advogados', 'Coimbra');
const attestation = paper(
  'attestation.pdf',
  'Archives départementales',
  'Attestation de valeur',
  '',
  'Registre de délibérations de la commune de Saint-Aubrin, 1794, 212 feuillets.',
  'Valeur estimée : 4 000 euros.',
);

/** Files of entries, by the key of their conversation and the entry's place in it from 0. */
export const mailFiles: Readonly<Record<string, Readonly<Record<number, readonly DemoFile[]>>>> = {
  'broken-bottle': { 0: [blot] },
  'photo-of-the-first-letter': { 0: [letter] },
  'atlas-torn-maps': { 0: [map] },
  'school-vat-invoice': { 5: [vatInvoice] },
  'japan-customs-form': { 2: [customs] },
  'encomenda-escritorio': { 4: [lettering] },
  'registre-de-la-commune': { 4: [attestation] },
};
