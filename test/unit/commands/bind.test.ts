import { bind } from '../../../src/commands/bind.ts';
import { type BindingOptions, bindingNotes, parseBindings } from '../../../src/commands/binding.ts';
import { unbind } from '../../../src/commands/unbind.ts';
import { parsed } from '../../support/parsed.ts';

type Args = [string, string, string[], BindingOptions];

const bindings = async (...argv: string[]) => parseBindings(...((await parsed(bind, argv)) as Args));
const notes = async (...argv: string[]) => bindingNotes(((await parsed(bind, argv)) as Args)[3]);

const plain = { source: 'x', destination: 'q', destinationType: 'queue', routingKey: '', arguments: {} };

test.each<[string[], object[]]>([
  [['x', 'q'], [{}]],
  [['x', 'q', 'k'], [{ routingKey: 'k' }]],
  [
    ['x', 'q', 'a.#', 'b.*'],
    [{ routingKey: 'a.#' }, { routingKey: 'b.*' }],
  ],
  [['', 'q', 'k'], [{ source: '', routingKey: 'k' }]],
  [['x', 'y', '--to-exchange'], [{ destination: 'y', destinationType: 'exchange' }]],
  [['x', 'q', '-H', 'n=1', '-H', 'm:int=1'], [{ arguments: { n: '1', m: 1 } }]],
  [['x', 'q', '--match', 'any-with-x', '-H', 'x-n=1'], [{ arguments: { 'x-match': 'any-with-x', 'x-n': '1' } }]],
  [['x', 'q', '--arg', 'x-match=some'], [{ arguments: { 'x-match': 'some' } }]],
])('%j', async (argv, differences) => {
  const expected = differences.map((difference) => ({ ...plain, ...difference }));
  expect(await bindings(...argv)).toEqual(expected);
  expect(parseBindings(...((await parsed(unbind, argv)) as Args))).toEqual(expected);
});

test.each<[string[], string]>([
  [['x', ''], 'the name of the destination is empty'],
  [['x', 'q', 'k', 'k'], "the routing key 'k' is given twice"],
  [['x', 'q', '--match', 'some'], "--match: 'some' is not known"],
  [['x', 'q', '--match', 'all', '--arg', 'x-match=any'], 'the argument x-match is given twice'],
  [['x', 'q', '-H', 'a=1', '--arg', 'a=2'], 'the argument a is given twice'],
  [['x', 'q', '-H', 'n:integer=1'], '-H: "n:integer": "integer" is no type'],
  [['x', 'q', 'k'.repeat(256)], 'the routing key has 256 bytes; AMQP takes 255'],
])('%j is refused', async (argv, message) => {
  await expect(bindings(...argv)).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
});

test.each<[string[], string[]]>([
  [['x', 'q', '-H', 'n:int=1', '-H', 's=one', '-H', 'v=1.2.3'], []],
  [['x', 'q', '-H', 'n: 1'], ['n is the string "1" here, which the number 1 in a message never matches; for that write -H n:int=1']],
  [['x', 'q', '-H', 'n=1'], ['n is the string "1" here, which the number 1 in a message never matches; for that write -H n:int=1']],
  [
    ['x', 'q', '-H', 'n=-1.5'],
    ['n is the string "-1.5" here, which the number -1.5 in a message never matches; for that write -H n:float=-1.5'],
  ],
  [
    ['x', 'q', '-H', 'b=true'],
    ['b is the string "true" here, which the boolean true in a message never matches; for that write -H b:bool=true'],
  ],
  [['x', 'q', '-H', 'n:string=1'], []],
  [['x', 'q', '--match', 'any'], ['any without a header matches no message; add -H name=value']],
  [['x', 'q', '--match', 'all'], []],
  [
    ['x', 'q', '-H', 'x-n=one', '-H', 'm=one', '--match', 'any'],
    ['x-n does not count: headers named x-… do with --match all-with-x or any-with-x only'],
  ],
  [['x', 'q', '-H', 'x-n=one', '--match', 'all-with-x'], []],
])('notes for %j', async (argv, lines) => {
  expect(await notes(...argv)).toEqual(lines);
});
