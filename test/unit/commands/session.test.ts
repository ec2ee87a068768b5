import { replyFailure } from '../../../src/client/reply-failure.ts';
import { session } from '../../../src/commands/session.ts';
import { channelCommands } from '../../../src/commands/session-channels.ts';
import { inSession, parseSessionLine, runLine } from '../../../src/commands/session-line.ts';
import { messageCommands } from '../../../src/commands/session-messages.ts';
import { topologyCommands } from '../../../src/commands/session-topology.ts';
import { LabError } from '../../../src/errors.ts';
import { parsed } from '../../support/parsed.ts';
import { refusal } from '../../support/refusal.ts';

test.each<[string, ReturnType<typeof parseSessionLine>]>([
  ['', undefined],
  ['   ', undefined],
  ['# a comment', undefined],
  ['ch1: # a comment', { channel: 'ch1', words: [] }],
  ['ch1:', { channel: 'ch1', words: [] }],
  ['ch1: get q', { channel: 'ch1', words: ['get', 'q'] }],
  ['  a.b-c_1:   get q  ', { channel: 'a.b-c_1', words: ['get', 'q'] }],
  ['get q', { words: ['get', 'q'] }],
  ['rmq-lab get q', { words: ['get', 'q'] }],
  ["ch1: declare-queue ''", { channel: 'ch1', words: ['declare-queue', ''] }],
  ["publish -q q 'two words' # said", { words: ['publish', '-q', 'q', 'two words'] }],
  ['publish x a:b c', { words: ['publish', 'x', 'a:b', 'c'] }],
  ['a:b c', { words: ['a:b', 'c'] }],
])('%j', (line, expected) => expect(parseSessionLine(line)).toEqual(expected));

test.each([
  ["get 'q", /a ' is opened/],
  ['get q | wc', /\| \(a pipe\)/],
  ['ch1: get q; get q', /; \(a second command\)/],
])('%j is refused', (line, message) =>
  expect(refusal(() => parseSessionLine(line))).toMatchObject({ kind: 'usage', message: expect.stringMatching(message) }),
);

/** What becomes of a line that must not come as far as a broker. */
const perform = (words: readonly string[]) => {
  const none = () => {
    throw new Error('it went to the broker');
  };
  const context = { lab: {} as never, channels: {} as never, name: 'ch1', at: none, ended: new AbortController().signal };
  return runLine(words, [topologyCommands, messageCommands, channelCommands], context);
};

test.each<[string[], RegExp]>([
  [['foo'], /unknown command 'foo'/],
  [['get'], /missing required argument 'queue'/],
  [['get', 'q', 'p'], /too many arguments/],
  [['get', 'q', '--slowly'], /unknown option '--slowly'/],
  [['ack', 'x'], /the delivery tag: 'x'/],
  [['ack', '-1'], /unknown option|the delivery tag/],
  [['qos', '70000'], /the limit: '70000'/],
  [['tx', 'abort'], /tx: 'abort' is not known/],
  [['publish', 'x'], /publish what, and where to/],
  [['publish', '-q', 'q', 'a', 'b'], /takes one body/],
  [['wait'], /wait for what/],
  [['wait', '5'], /wait: '5' is not a duration/],
  [['wait', '1s', '-n', '1'], /wait for what/],
  [['declare-queue', 'q', '--max-length', 'many'], /--max-length: 'many'/],
  [['declare-exchange', 'x'], /--type is missing/],
  [['bind', 'x', 'q', '-H', 'n'], /-H/],
])('%j is refused', async (words, message) => {
  const failure = await perform(words).catch((cause: unknown) => cause);
  expect(failure).toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
});

test('help shows all commands, and the options of one', async () => {
  const all = await perform(['help']);
  for (const name of ['declare-queue', 'publish', 'get', 'tx', 'channels', 'exit']) expect(all.text).toContain(`\n  ${name} `);
  expect((await perform(['help', 'get'])).text).toMatch(/^Usage: CHANNEL: get \[options\] <queue>[\s\S]*--no-ack/);
  expect((await perform(['get', '--help'])).text).toMatch(/^Usage: CHANNEL: get/);
});

test.each([
  [406, 'PRECONDITION_FAILED - unknown delivery tag 9', /a tag is good once/],
  [406, 'PRECONDITION_FAILED - cannot switch from confirm to tx mode', /keeps its mode for life/],
  [406, 'PRECONDITION_FAILED - channel is not transactional', /tx begins/],
  [530, "NOT_ALLOWED - attempt to reuse consumer tag 't'", /one consumer of a channel/],
])('in a session %i %s is the person’s own affair', (code, text, hint) => {
  const failure = inSession(replyFailure(code, text));
  expect(failure).toMatchObject({ kind: 'refused', replyCode: code, hint: expect.stringMatching(hint) });
});

test('other failures stay as they are', () => {
  const failure = new LabError('unreachable', 'unknown delivery tag');
  expect(inSession(failure)).toBe(failure);
});

test('the words of the command line', async () => {
  expect((await parsed(session, ['--keep-going'])).slice(0, 2)).toEqual([[], { keepGoing: true }]);
  expect((await parsed(session, ['a: get q', 'a: close'])).slice(0, 2)).toEqual([['a: get q', 'a: close'], {}]);
});
