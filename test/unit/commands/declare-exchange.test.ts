import { type ExchangeOptions, exchangeDeclaration } from '../../../src/commands/declaration.ts';
import { declareExchange } from '../../../src/commands/declare-exchange.ts';
import { parsed } from '../../support/parsed.ts';

const declare = async (...argv: string[]) => {
  const [exchange, options] = (await parsed(declareExchange, argv)) as [string, ExchangeOptions];
  return exchangeDeclaration(exchange, options);
};

const plain = { exchange: 'x', type: 'direct', durable: true, autoDelete: false, internal: false, arguments: {} };

test.each<[string[], object]>([
  [['x', '--type', 'direct'], {}],
  [['x', '--type', 'headers'], { type: 'headers' }],
  [['x', '--type', 'x-consistent-hash'], { type: 'x-consistent-hash' }],
  [['x', '--type', 'direct', '--transient'], { durable: false }],
  [['x', '--type', 'direct', '--auto-delete'], { autoDelete: true }],
  [['x', '--type', 'direct', '--internal'], { internal: true }],
  [['x', '--type', 'direct', '--alternate-exchange', 'ae'], { arguments: { 'alternate-exchange': 'ae' } }],
  [['x', '--type', 'direct', '--arg', 'x-n:int=1'], { arguments: { 'x-n': 1 } }],
])('%j', async (argv, difference) => {
  expect(await declare(...argv)).toEqual({ ...plain, ...difference });
});

test.each<[string[], string, string]>([
  [['x'], '--type is missing: what kind of exchange is it?', 'add --type direct|fanout|topic|headers'],
  [['x', '--type', 'topics'], "--type: 'topics' is not known: did you mean topic?", 'give direct, fanout, topic or headers'],
  [
    ['x', '--type', 'direct', '--alternate-exchange', 'a', '--arg', 'alternate-exchange=b'],
    'the argument alternate-exchange is given twice',
    'give it once: by its own option, or by --arg',
  ],
  [['x', '--type', 'direct', '--alternate-exchange', ''], '--alternate-exchange is empty', 'give a name'],
])('%j is refused', async (argv, message, hint) => {
  await expect(declare(...argv)).rejects.toMatchObject({ kind: 'usage', message, hint });
});
