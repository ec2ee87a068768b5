import { Command } from 'commander';
import { bindingsView } from '../output/binding-view.ts';
import {
  declaredExchangeView,
  declaredQueueView,
  deletedExchangeView,
  deletedQueueView,
  existingExchangeView,
  messagesText,
  purgedView,
  queueStateView,
} from '../output/entity-view.ts';
import { lookAtQueue } from '../topology/expected-queue.ts';
import { type BindingOptions, bindingCommand, bindingNotes, parseBindings, shownBinding } from './binding.ts';
import { confirmLoss } from './confirm-loss.ts';
import {
  type ExchangeOptions,
  exchangeDeclaration,
  type QueueOptions,
  queueDeclaration,
  queueNotes,
  withExchangeOptions,
  withQueueOptions,
} from './declaration.ts';
import { explainRefusal } from './declaration-refused.ts';
import { parseName } from './options.ts';
import { type LineAct, type LineAnswer, type LineContext, queueOf } from './session-line.ts';

interface DeleteOptions {
  readonly ifEmpty?: boolean;
  readonly ifUnused?: boolean;
}

/** The commands of a session that make, bind and delete. */
export function topologyCommands(act: LineAct): readonly Command[] {
  return [
    withQueueOptions(new Command('declare-queue').summary('create a queue, or make sure of it')).action(act(declareQueue)),
    withExchangeOptions(new Command('declare-exchange').summary('create an exchange, or make sure of it')).action(act(declareExchange)),
    bindingCommand('bind', '[routing-keys...]', 'a binding for each').summary('route messages to a queue or an exchange').action(act(bind)),
    bindingCommand('unbind', '[routing-keys...]', 'the binding of each').summary('remove bindings').action(act(unbind)),
    new Command('purge').summary('drop what is ready in a queue').argument('<queue>').action(act(purge)),
    new Command('delete-queue')
      .summary('delete a queue')
      .argument('<queue>')
      .option('--if-empty', 'refuse when it holds messages')
      .option('--if-unused', 'refuse when it has consumers')
      .action(act(deleteQueue)),
    new Command('delete-exchange')
      .summary('delete an exchange')
      .argument('<exchange>')
      .option('--if-unused', 'refuse when it has bindings')
      .action(act(deleteExchange)),
  ];
}

async function declareQueue(context: LineContext, queue: string, options: QueueOptions): Promise<LineAnswer> {
  const declaration = queueDeclaration(queue, options);
  const at = await context.at();
  if (options.passive) {
    const state = await at.channel.checkQueue(queueOf(at, queue));
    return { result: state, text: queueStateView(state) };
  }
  const state = await at.channel.declareQueue(declaration).catch(async (cause: unknown) => {
    throw await explainRefusal(context.lab, declaration, cause);
  });
  at.lastQueue = state.queue;
  for (const line of queueNotes(declaration, (await context.channels.broker()).server, { keeps: true })) context.lab.note(line);
  return { result: state, text: declaredQueueView(state, declaration) };
}

async function declareExchange(context: LineContext, exchange: string, options: ExchangeOptions): Promise<LineAnswer> {
  if (options.passive) {
    await (await context.at()).channel.checkExchange(parseName(exchange, 'the name of the exchange'));
    return { result: { exchange }, text: existingExchangeView(exchange) };
  }
  const declaration = exchangeDeclaration(exchange, options);
  await (await context.at()).channel.declareExchange(declaration).catch(async (cause: unknown) => {
    throw await explainRefusal(context.lab, declaration, cause);
  });
  return { result: { exchange, type: declaration.type, durable: declaration.durable }, text: declaredExchangeView(declaration) };
}

function bind(context: LineContext, source: string, destination: string, keys: readonly string[], options: BindingOptions) {
  for (const line of bindingNotes(options)) context.lab.note(line);
  return eachBinding('bind', context, source, destination, keys, options);
}

function unbind(context: LineContext, source: string, destination: string, keys: readonly string[], options: BindingOptions) {
  return eachBinding('unbind', context, source, destination, keys, options);
}

async function eachBinding(
  what: 'bind' | 'unbind',
  context: LineContext,
  source: string,
  destination: string,
  keys: readonly string[],
  options: BindingOptions,
): Promise<LineAnswer> {
  const at = await context.at();
  const bindings = parseBindings(source, options.toExchange ? destination : queueOf(at, destination), keys, options);
  for (const binding of bindings) await at.channel[what](binding);
  const shown = bindings.map(shownBinding);
  return { result: { bindings: shown }, text: bindingsView(what === 'bind' ? 'bound' : 'unbound', shown, context.lab.settings.ascii) };
}

async function purge(context: LineContext, named: string): Promise<LineAnswer> {
  const at = await context.at();
  const queue = queueOf(at, named);
  await askBeforeLoss(context, queue, (ready) => `Queue '${queue}' holds ${messagesText(ready)}. Drop them?`);
  const purged = await at.channel.purgeQueue(queue);
  return { result: { queue, purged }, text: purgedView(queue, purged) };
}

async function deleteQueue(context: LineContext, named: string, options: DeleteOptions): Promise<LineAnswer> {
  const { ifEmpty = false, ifUnused = false } = options;
  const at = await context.at();
  const queue = queueOf(at, named);
  const exists =
    ifEmpty ||
    (await askBeforeLoss(context, queue, (ready) => `Queue '${queue}' holds ${messagesText(ready)}, which go with it. Delete it?`));
  const messages = await at.channel.deleteQueue(queue, { ifEmpty, ifUnused });
  return {
    result: { queue, messages },
    text: exists ? deletedQueueView(queue, messages) : `there was no queue ${queue}, and the broker says that it is deleted`,
  };
}

async function deleteExchange(context: LineContext, exchange: string, { ifUnused = false }: DeleteOptions): Promise<LineAnswer> {
  await (await context.at()).channel.deleteExchange(parseName(exchange, 'the name of the exchange', true), { ifUnused });
  return { result: { exchange }, text: deletedExchangeView(exchange) };
}

/** Looks on a channel of its own, so that a queue that is not there closes none of the session's, but on the same connection: it may be exclusive. */
async function askBeforeLoss({ lab, channels }: LineContext, queue: string, question: (ready: number) => string): Promise<boolean> {
  const { exists, messages = 0 } = await lookAtQueue(await channels.broker(), queue);
  if (messages > 0) await confirmLoss(lab, question(messages));
  return exists;
}
