import { parseExactJson } from '../client/exact-json.ts';
import { UsageError } from '../errors.ts';
import { type ApiBinding, type ApiExchange, type ApiQueue, bindingFacts, exchangeFacts, queueFacts } from './inventory.ts';
import { type ApiPolicy, policyFacts } from './read-topology.ts';
import { createTopology, type Topology } from './topology.ts';

const HINT = 'give a file that `rabbitmqctl export_definitions FILE` or GET /api/definitions wrote';

/** What every virtual host has, and no file of definitions tells. */
const BUILT_IN: readonly (readonly [name: string, type: string])[] = [
  ['', 'direct'],
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.rabbitmq.trace', 'topic'],
  ['amq.topic', 'topic'],
];

type Row = Readonly<Record<string, unknown>>;

/**
 * The topology of one virtual host in a file of definitions, be it of a whole broker or of one virtual host. `vhost`: which one;
 * undefined: the only one in it, else `/`. `file` names it in errors.
 * @throws UsageError when it is no file of definitions, or holds nothing of that virtual host.
 */
export function parseDefinitions(text: string, vhost: string | undefined, file: string): Topology {
  const document = parse(text, file);
  const rows = (section: string): readonly Row[] => rowsOf(document, section, file);
  const all = [...rows('exchanges'), ...rows('queues'), ...rows('bindings'), ...rows('policies'), ...rows('vhosts')];
  const names = [...new Set([...all.map((row) => row.vhost), ...rows('vhosts').map((row) => row.name)])].filter(isText).sort();
  const chosen = vhost ?? (names.length === 1 ? names[0] : undefined) ?? '/';
  if (names.length > 0 && !names.includes(chosen)) {
    throw new UsageError(`--definitions: ${file} holds nothing of the virtual host '${chosen}'`, {
      hint: `name one of its own with --vhost: ${names.join(', ')}`,
    });
  }
  // the definitions of one virtual host name none
  const own = <T>(section: string): readonly T[] =>
    rows(section).filter((row) => (row.vhost ?? chosen) === chosen) as readonly unknown[] as T[];
  const operator = own<{ component?: string; name: string; value: Omit<ApiPolicy, 'name'> }>('parameters').filter(
    ({ component }) => component === 'operator_policy',
  );
  return createTopology({
    vhost: chosen,
    version: [document.rabbitmq_version, document.rabbit_version].find(isText),
    exchanges: [
      ...BUILT_IN.map(([name, type]) => ({
        name,
        type,
        durable: true,
        autoDelete: false,
        internal: name === 'amq.rabbitmq.trace',
        arguments: {},
      })),
      ...own<ApiExchange>('exchanges').map((exchange) => exchangeFacts({ ...EXCHANGE, ...exchange })),
    ],
    queues: own<ApiQueue>('queues').map((queue) => ({ ...queueFacts({ ...QUEUE, ...withType(queue) }), consumers: 0 })),
    bindings: own<ApiBinding>('bindings').map((binding) => bindingFacts({ ...BINDING, ...binding })),
    policies: own<ApiPolicy>('policies').map((policy) => policyFacts({ ...POLICY, ...policy })),
    operatorPolicies: operator.map(({ name, value }) => policyFacts({ ...POLICY, ...value, name })),
    counted: false,
    gaps: [],
  });
}

// what older and newer brokers leave out
const EXCHANGE = { durable: true, auto_delete: false, internal: false, arguments: {} };
const QUEUE = { durable: true, auto_delete: false, exclusive: false, arguments: {} };
const BINDING = { routing_key: '', arguments: {} };
const POLICY = { 'apply-to': 'all', priority: 0, definition: {} };

function withType(queue: ApiQueue): ApiQueue {
  const type = queue.type ?? queue.arguments?.['x-queue-type'];
  return { ...queue, type: typeof type === 'string' ? type : 'classic' };
}

function parse(text: string, file: string): Row {
  let document: unknown;
  try {
    document = parseExactJson(text);
  } catch (cause) {
    throw new UsageError(`--definitions: ${file} is not JSON: ${(cause as Error).message}`, { cause, hint: HINT });
  }
  if (isRow(document) && ['exchanges', 'queues', 'bindings'].some((section) => Array.isArray(document[section]))) return document;
  throw new UsageError(`--definitions: ${file} holds no definitions: no exchanges, queues or bindings`, { hint: HINT });
}

/** What a row of each section must hold as text. */
const DEMANDED: Readonly<Record<string, readonly string[]>> = {
  exchanges: ['name', 'type'],
  queues: ['name'],
  bindings: ['source', 'destination', 'destination_type'],
  policies: ['name', 'pattern'],
};

function rowsOf(document: Row, section: string, file: string): readonly Row[] {
  const rows = document[section] ?? [];
  if (!Array.isArray(rows)) throw new UsageError(`--definitions: in ${file}, ${section} is no list`, { hint: HINT });
  return rows.map((row: unknown, index) => {
    const missing = isRow(row) ? DEMANDED[section]?.find((key) => !isText(row[key])) : 'an object';
    if (missing === undefined) return row as Row;
    throw new UsageError(`--definitions: in ${file}, ${section}[${index}] has no ${missing}`, { hint: HINT });
  });
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
