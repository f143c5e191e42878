/** A PDF of one page: the first line large, the others below it. Characters that Latin-1 lacks become question marks. */
export function printPdf(lines: readonly string[]): Buffer {
  const page = ['BT', '/F1 20 Tf', '64 770 Td', '24 TL'];
  lines.forEach((line, at) => {
    if (at === 1) page.push('/F1 11 Tf', '17 TL', 'T*');
    page.push(`(${line.replace(/[\\()]/g, String.raw`\$&`)}) Tj`, 'T*');
  });
  page.push('ET');
  const stream = page.join('\n').replace(/[^\n\x20-\x7e\xa0-\xff]/gu, '?');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ];
  let pdf = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = pdf.length;
    pdf += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = pdf.length;
  const entries = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`);
  pdf += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}`;
  pdf += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(pdf, 'latin1');
}
