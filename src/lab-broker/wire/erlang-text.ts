/**
 * Octets in Erlang's notation as RabbitMQ's `~w` writes them: `<<0,255>>`. More than 255 are cut off, as no error text shows so many.
 */
export function erlangOctets(octets: Buffer): string {
  return `<<${octets.subarray(0, 255).join(',')}>>`;
}

/**
 * A frame as it stands in RabbitMQ's error texts: `type 9, all octets = <<"abc">>`.
 */
export function frameText(type: number, payload: Buffer): string {
  const snippet = payload.subarray(0, 16);
  return `type ${type}, ${payload.length > 16 ? 'first 16' : 'all'} octets = ${erlangBinary(snippet)}`;
}

/** As `~tp` writes it: text where it looks like text. */
function erlangBinary(octets: Buffer): string {
  return octets.length > 0 && octets.every((octet) => octet >= 32 && octet < 127)
    ? `<<"${octets.toString('latin1')}">>`
    : erlangOctets(octets);
}
