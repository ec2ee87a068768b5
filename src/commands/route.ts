import { Command } from 'commander';
import type { FieldTable } from '../client/message.ts';
import { parsePairs } from '../client/typed-pair.ts';
import { LabError } from '../errors.ts';
import { routeView } from '../output/route-view.ts';
import { closest } from '../suggest.ts';
import { bindingDocument } from '../topology/document.ts';
import { type Fate, fatesOf } from '../topology/fates.ts';
import { keysOf, type Route, routeMessage } from '../topology/route.ts';
import type { Topology } from '../topology/topology.ts';
import { parseInteger } from '../values.ts';
import type { Act, Lab } from './lab.ts';
import { collect, examples, parseName } from './options.ts';
import { loadTopology, type TopologySourceOptions, withTopologySource } from './topology-source.ts';

/** So many bindings that do not match are shown for each exchange. */
const SHOWN = 20;

interface RouteOptions extends TopologySourceOptions {
  readonly header: readonly string[];
  readonly limit?: string;
}

/** `rmq-lab route`. */
export function route(act: Act): Command {
  return withTopologySource(
    new Command('route')
      .argument('<exchange>', "exchange to which the message would be published ('' is the default one)")
      .argument('[routing-key]', 'its key', ''),
  )
    .description(
      'Says where a message would go, without publishing one: every binding on its way, matched or not, and why; exchanges bound to ' +
        'exchanges, alternate exchanges; and for each queue, where it would go if it expired there, were rejected, or the queue were full.',
    )
    .option(
      '-H, --header <k=v>',
      'header of the message, typed: n:int=1 is another than n=1; CC and BCC as CC:json=["key"] (repeatable)',
      collect,
      [],
    )
    .option('--limit <n>', `so many bindings that do not match for each exchange; 0: all (default ${SHOWN}; with --json all)`)
    .addHelpText(
      'after',
      examples([
        ['rmq-lab route orders order.eu.paid', 'which queues, and why the others not'],
        ["rmq-lab route '' jobs", 'through the default exchange'],
        ["rmq-lab route reports '' -H format=pdf -H pages:int=1", 'by headers'],
        ['rmq-lab route orders order.eu.paid --definitions broker.json', 'of a file, without a broker'],
        ["rmq-lab route orders order.eu.paid --json | jq -r '.queues[]'", 'only the queues'],
      ]),
    )
    .action(act(run));
}

async function run(lab: Lab, exchange: string, routingKey: string, options: RouteOptions): Promise<void> {
  const headers = parsePairs(options.header, '-H');
  const limit = parseInteger(options.limit ?? String(SHOWN), '--limit');
  parseName(exchange, 'the name of the exchange', true);
  parseName(routingKey, 'the routing key', true);
  const topology = await loadTopology(lab, options);
  const keys = keysOf(routingKey, headers);
  const found = routeMessage(topology, { exchange, keys, headers });
  if (found === undefined) throw noExchange(topology, exchange);
  if (topology.exchanges.find(({ name }) => name === exchange)?.internal) {
    lab.note(`${exchange} is internal: clients may not publish to it, only other exchanges hand it messages`);
  }
  const fates = fatesIn(topology, found, routingKey, headers);
  if (lab.settings.json && options.limit !== undefined && limit > 0) lab.note('--limit counts for people only: --json tells all bindings');
  await lab.print(documentOf({ exchange, routingKey, route: found, fates }), () =>
    routeView(
      { keys, route: found, fates, limit: limit === 0 ? Number.POSITIVE_INFINITY : limit },
      { color: lab.out.color, ascii: lab.settings.ascii },
    ),
  );
}

interface QueueFates {
  readonly queue: string;
  readonly fates: readonly Fate[];
}

function fatesIn(topology: Topology, { queues }: Route, routingKey: string, headers: FieldTable): QueueFates[] {
  // a BCC header does not travel with the message
  const { BCC: _hidden, ...rest } = headers;
  const message = { keys: keysOf(routingKey, rest), headers: rest };
  const names = new Set(queues);
  return topology.queues
    .filter(({ name }) => names.has(name))
    .map((queue) => ({ queue: queue.name, fates: fatesOf(topology, queue, message) }));
}

function noExchange({ exchanges, vhost }: Topology, name: string): LabError {
  const meant = closest(
    name,
    exchanges.map((exchange) => exchange.name).filter((other) => other !== ''),
  );
  return new LabError(
    'refused',
    `there is no exchange '${name}' in the virtual host '${vhost}'${meant === undefined ? '' : `: did you mean ${meant}?`}`,
    {
      replyCode: 404,
      hint: 'rmq-lab topology shows what there is',
    },
  );
}

function documentOf({
  exchange,
  routingKey,
  route: found,
  fates,
}: {
  exchange: string;
  routingKey: string;
  route: Route;
  fates: readonly QueueFates[];
}): object {
  return {
    exchange,
    routingKey,
    queues: found.queues,
    bindings: found.steps.flatMap(({ bindings }) =>
      bindings.map((binding) => ({ ...bindingDocument(binding), matched: binding.matched, reason: binding.reason })),
    ),
    alternate: found.alternate,
    steps: found.steps.map(({ bindings: _told, ...step }) => step),
    fates: fates.flatMap(({ queue, fates: all }) => all.map((fate) => ({ queue, ...fate }))),
  };
}
