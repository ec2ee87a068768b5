import type { ExchangeDeclaration, QueueDeclaration } from '../client/broker.ts';
import { LabError } from '../errors.ts';
import { compareDeclaration, describeExisting, isMismatch } from '../topology/mismatch.ts';
import type { Lab } from './lab.ts';

/** The failure of a declaration to throw: a 406 on what exists differently shows both side by side, everything else stays as it is. */
export async function explainRefusal(lab: Lab, declaration: QueueDeclaration | ExchangeDeclaration, cause: unknown): Promise<unknown> {
  if (!isMismatch(cause)) return cause;
  const [address] = (await lab.target()).addresses;
  const existing = await describeExisting(lab.management, address?.vhost ?? '/', declaration);
  const compared = compareDeclaration(declaration, cause, existing);
  const { mismatchView } = await import('../output/mismatch-view.ts');
  return new LabError(cause.kind, cause.message, {
    cause,
    ...(cause.replyCode === undefined ? {} : { replyCode: cause.replyCode }),
    ...(compared.length === 0 ? {} : { detail: mismatchView(compared) }),
    hint: deleteHint(declaration),
  });
}

function deleteHint(declaration: QueueDeclaration | ExchangeDeclaration): string {
  const [what, name] = 'queue' in declaration ? ['queue', declaration.queue] : ['exchange', declaration.exchange];
  if (name.startsWith('amq.')) return 'names that begin with amq. are the broker’s: choose another';
  return `declare it as it exists; a declare never changes what is there. To begin anew: rmq-lab delete-${what} ${name}`;
}
