import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { EngineName, StartOptions } from '../engines/engine.ts';
import { UsageError } from '../errors.ts';
import { parseInteger, parseSize } from '../values.ts';
import { parseChoice } from './options.ts';

/** The options with which a broker is brought up. */
export interface StartFlags extends EngineFlags {
  readonly port?: string;
  readonly apiPort?: string;
  readonly memoryLimit?: string;
  readonly dataDir?: string | false;
  readonly strict?: boolean;
  readonly nodes?: string;
  readonly home?: string;
  readonly rabbitmqVersion?: string;
}

/** Of every command about a broker. */
export interface EngineFlags {
  readonly engine?: string;
  readonly node?: string;
}

const ENGINES: readonly EngineName[] = ['lab', 'rabbitmq', 'docker'];
/** Nodes of a cluster on one machine. */
const MOST_NODES = 9;

/** Adds the options that name where the broker comes from, and which of its nodes is meant. */
export function withEngine(command: Command): Command {
  return command
    .option('--engine <name>', `where the broker comes from: ${ENGINES.join(', ')} (default: the one that is up, else lab)`)
    .option('--node <number>', 'only this node of a cluster, from 1 (engine rabbitmq)');
}

/** Adds the options with which a broker is brought up. */
export function withStartOptions(command: Command): Command {
  return command
    .option('--port <number>', 'port of AMQP; 0 takes a free one (default: 5672); further nodes have the next ones')
    .option('--api-port <number>', 'port of the management API; 0 takes a free one (default: --port and 10000)')
    .option('--memory-limit <size>', 'from which on publishers are blocked: size of all messages (lab: 1GiB), or memory of a node')
    .option('--data-dir <folder>', 'keep what is durable there (engine lab; start: in the state folder; run: in memory)')
    .option('--no-data-dir', 'keep all in memory (engine lab)')
    .option('--nodes <count>', 'a cluster of so many nodes on this machine (engine rabbitmq)')
    .option('--home <folder>', 'the RabbitMQ server to run, if not the installed one (engine rabbitmq; also RABBITMQ_HOME)')
    .option('--rabbitmq-version <version>', 'which release of the official image (engine docker; default: 4)')
    .option('--strict', 'refuse what RabbitMQ 4.3 refuses and its packages permit: queues neither durable nor exclusive (engine lab)');
}

/** Undefined when none was named. Throws UsageError when no engine has this name. */
export function parseEngine({ engine }: EngineFlags): EngineName | undefined {
  return engine === undefined ? undefined : parseChoice(engine, '--engine', ENGINES);
}

/** Undefined when none was named. Throws UsageError on a bad value. */
export function parseNode({ node }: EngineFlags): number | undefined {
  return node === undefined ? undefined : parseInteger(node, '--node', 1, MOST_NODES);
}

/** Only what was given. Throws UsageError on a bad value, or one that means nothing to this engine. */
export function parseStart(flags: StartFlags, engine: EngineName): StartOptions {
  const { port, apiPort, memoryLimit, dataDir, strict, nodes, home, rabbitmqVersion, node } = flags;
  const folder = dataDir === false ? '' : dataDir;
  belongs(engine, 'lab', { '--strict': strict, '--data-dir': folder });
  belongs(engine, 'rabbitmq', { '--nodes': nodes, '--home': home, '--node': node });
  belongs(engine, 'docker', { '--rabbitmq-version': rabbitmqVersion });
  if (rabbitmqVersion !== undefined && !/^\d[\w.]*$/.test(rabbitmqVersion)) {
    throw new UsageError(`--rabbitmq-version: '${rabbitmqVersion}' is not a version`, { hint: 'give one like 4, 4.1 or 3.13.7' });
  }
  return {
    ...(port === undefined ? {} : { port: parseInteger(port, '--port', 0, 65_535) }),
    ...(apiPort === undefined ? {} : { apiPort: parseInteger(apiPort, '--api-port', 0, 65_535) }),
    ...(memoryLimit === undefined ? {} : { memoryLimit: parseSize(memoryLimit, '--memory-limit') }),
    ...(folder === undefined ? {} : { dataDir: folder === '' ? '' : resolve(folder) }),
    ...(strict === undefined ? {} : { strict }),
    ...(nodes === undefined ? {} : { nodes: parseInteger(nodes, '--nodes', 1, MOST_NODES) }),
    ...(home === undefined ? {} : { home: resolve(home) }),
    ...(rabbitmqVersion === undefined ? {} : { release: rabbitmqVersion }),
  };
}

function belongs(engine: EngineName, to: EngineName, options: Readonly<Record<string, unknown>>): void {
  const [stray] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
  if (stray === undefined || engine === to) return;
  throw new UsageError(`${stray} means nothing to the engine ${engine}`, { hint: `add --engine ${to}, or leave it out` });
}
