import { Confirms } from '../../../src/lab-broker/confirms.ts';

/** Settles as told (`+` taken, `-` refused, `|` flush) and answers what was sent. */
function sentFor(script: string): string[] {
  const sent: string[] = [];
  const confirms = new Confirms((accepted, tag, multiple) =>
    sent.push(`${accepted ? 'ack' : 'nack'} ${tag}${multiple ? ' multiple' : ''}`),
  );
  for (const step of script) {
    if (step === '|') confirms.flush();
    else confirms.settle(step === '+');
  }
  return sent;
}

test.each([
  ['nothing to say', '||', []],
  ['one', '+|', ['ack 1']],
  ['several in one', '+++|', ['ack 3 multiple']],
  ['nothing twice', '++||+|', ['ack 2 multiple', 'ack 3']],
  ['a refusal after what was taken', '++-|', ['ack 2 multiple', 'nack 3']],
  ['what comes after a refusal starts anew', '-+|', ['nack 1', 'ack 2']],
  ['refusals are told one by one', '--+-|', ['nack 1', 'nack 2', 'ack 3', 'nack 4']],
])('%s', (_, script, sent) => {
  expect(sentFor(script)).toEqual(sent);
});
