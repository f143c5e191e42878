/** What a start prints for the person who started it. */
export function announcement(told: {
  readonly url: string;
  /** Of the demo; empty where there is none. */
  readonly signIns: readonly { readonly name: string; readonly email: string; readonly password: string }[];
  /** Undefined: no mail comes in. */
  readonly mailPort: number | undefined;
  /** Whether mail leaves by a relay. */
  readonly mailLeaves: boolean;
  /** Whether customers text by the simulated carrier. */
  readonly texts: boolean;
  /** Undefined: it is set up already. */
  readonly setUpKey: string | undefined;
}): string {
  const { url, signIns, mailPort, mailLeaves, texts, setUpKey } = told;
  const lines = [`Latchbox is ready: ${url}`];
  if (signIns.length > 0) {
    const width = Math.max(...signIns.map(({ email }) => email.length));
    lines.push('', 'Demo sign-ins (address, password):');
    for (const { name, email, password } of signIns)
      lines.push(`  ${email.padEnd(width)}  ${password}   ${name}`);
    lines.push('', `Write as a customer: ${url}/customer`);
    if (texts) lines.push(`Text as a customer, signed in as ${signIns[0]?.name ?? ''}: ${url}/carrier`);
    if (mailPort !== undefined) lines.push('Or by mail:', `  ${mailLine(mailPort)}`);
    if (!mailLeaves) lines.push(`Mail that leaves is only kept: ${url}/mail`);
  }
  if (setUpKey !== undefined) lines.push('', `Set it up: ${url}/set-up`, `One-time key: ${setUpKey}`);
  return `\n${lines.join('\n')}\n\n`;
}

/** Sends a mail with a tool that every system has or can get. */
function mailLine(port: number): string {
  return `swaks --server localhost:${port} --from you@example.com --to orders@fernhillpaper.example --header "Subject: Hello" --body "Is the ink in stock?"`;
}
