import type { Command } from 'commander';
import { fieldToJson } from '../client/field-json.ts';
import { LabError } from '../errors.ts';
import { bindingView } from '../output/binding-view.ts';
import { expectedBindingView, otherBindingsView } from '../output/expectation-view.ts';
import { type BindingExpectation, differencesOfBinding, type FoundBinding, findBindings } from '../topology/expected-binding.ts';
import { type Look, pollUntil } from '../topology/poll.ts';
import { type BindingOptions, bindingArguments, bindingCommand, bindingNotes } from './binding.ts';
import { addExpectOptions, type ExpectOptions, pollOptions } from './expect-options.ts';
import type { Act, Lab } from './lab.ts';
import { examples, parseName } from './options.ts';

/** The options of `expect binding`. */
export type BindingExpectOptions = BindingOptions & ExpectOptions;

/** `rmq-lab expect binding` or, with `negated`, `rmq-lab expect no-binding`. */
export function expectBinding(act: Act, negated: boolean): Command {
  const command = bindingCommand(negated ? 'no-binding' : 'binding', '[routing-key]', 'key of the binding; none: any key')
    .summary(negated ? 'expect that a binding does not exist' : 'expect a binding between an exchange and a queue')
    .description(
      'Exit 0 when it is so, 7 when not. Headers and arguments that are given must be among those of the binding, which may have more. ' +
        'AMQP cannot be asked for bindings: this needs the management API, whose JSON tells 1 from "1" but not one width of integer from ' +
        'another.',
    );
  return addExpectOptions(command, negated)
    .addHelpText(
      'after',
      negated
        ? examples([["rmq-lab expect no-binding orders eu 'order.#'", 'it is gone, and stays so']])
        : examples([
            ["rmq-lab expect binding orders eu 'order.eu.#'", 'with just this key'],
            ['rmq-lab expect binding reports pdf -H pages:int=1 --match all', 'with these among its arguments'],
            ["rmq-lab expect binding '' eu", 'every queue is bound to the default exchange'],
          ]),
    )
    .action(
      act((lab: Lab, source: string, destination: string, key: string | undefined, options: BindingExpectOptions) =>
        run(lab, bindingExpectation(source, destination, key, options, negated), options),
      ),
    );
}

/** What the options expect. Throws UsageError. */
export function bindingExpectation(
  source: string,
  destination: string,
  key: string | undefined,
  options: BindingExpectOptions,
  negated: boolean,
): BindingExpectation {
  return {
    source: parseName(source, 'the name of the exchange', true),
    destination: parseName(destination, 'the name of the destination'),
    destinationType: options.toExchange ? 'exchange' : 'queue',
    ...(key === undefined ? {} : { routingKey: parseName(key, 'the routing key', true) }),
    arguments: bindingArguments(options),
    absent: negated || options.absent === true,
  };
}

interface FoundBindings {
  readonly matches: readonly FoundBinding[];
  readonly others: readonly { readonly binding: FoundBinding; readonly differences: readonly string[] }[];
}

async function run(lab: Lab, expected: BindingExpectation, options: BindingExpectOptions): Promise<void> {
  const polling = pollOptions(lab, options.within, expected.absent);
  const [address] = (await lab.target()).addresses;
  const api = await lab.management();
  for (const line of bindingNotes(options)) lab.note(line);
  const look = async (): Promise<Look<FoundBindings>> => {
    const all = await findBindings(api, address?.vhost ?? '/', expected);
    const judged = all.map((binding) => ({ binding, differences: differencesOfBinding(binding, expected) }));
    const matches = judged.filter(({ differences }) => differences.length === 0).map(({ binding }) => binding);
    const found = { matches, others: judged.filter(({ differences }) => differences.length > 0) };
    return { met: matches.length > 0 !== expected.absent, found };
  };
  const { met, found } = await pollUntil(look, polling);
  const wanted = expectedBindingView(expected, fieldToJson(expected.arguments));
  const [match] = found.matches;
  if (!met) throw unmet(lab, wanted, expected, found);
  const answer = match === undefined ? { bindings: [] } : { bindings: found.matches };
  await lab.print({ ok: true, found: answer }, () =>
    match === undefined ? `ok: there is no ${wanted}` : `ok: ${bindingView(match, lab.settings.ascii)}`,
  );
}

function unmet(lab: Lab, wanted: string, expected: BindingExpectation, { others }: FoundBindings): LabError {
  const { source, destination, destinationType, routingKey, absent } = expected;
  if (absent) return new LabError('condition', `there is a ${wanted}`, { hint: 'remove it: rmq-lab unbind takes what bind was given' });
  const detail = otherBindingsView(others, lab.settings.ascii);
  const bound = others.length === 0 ? 'nothing binds the two' : 'what binds the two is another:';
  const key = routingKey === undefined ? '' : ` '${routingKey}'`;
  const bindHint = `rmq-lab bind ${source} ${destination}${key}${destinationType === 'exchange' ? ' --to-exchange' : ''}`;
  return new LabError('condition', `there is no ${wanted}; ${bound}`, {
    ...(detail === '' ? {} : { detail }),
    hint: source === '' ? `declare the queue: rmq-lab declare-queue ${destination}` : bindHint,
  });
}
