import type { Command } from 'commander';
import type { StartOptions } from '../engines/engine.ts';
import { parseInteger, parseSize } from '../values.ts';
import { parseChoice } from './options.ts';

/** The options with which a broker is brought up. */
export interface StartFlags extends EngineFlags {
  readonly port?: string;
  readonly apiPort?: string;
  readonly memoryLimit?: string;
  readonly strict?: boolean;
}

/** Of every command about a broker. */
export interface EngineFlags {
  readonly engine: string;
}

/** Adds the option that names where the broker comes from. */
export function withEngine(command: Command): Command {
  return command.option('--engine <name>', 'where the broker comes from: lab', 'lab');
}

/** Adds the options with which a broker is brought up. */
export function withStartOptions(command: Command): Command {
  return withEngine(command)
    .option('--port <number>', 'port of AMQP; 0 takes a free one (default: 5672)')
    .option('--api-port <number>', 'port of the management API; 0 takes a free one (default: --port and 10000)')
    .option('--memory-limit <size>', 'size of all messages from which on publishers are blocked (default: 1GiB)')
    .option(
      '--strict',
      'refuse what RabbitMQ 4.3 refuses by default and its packages permit: queues that are neither durable nor exclusive',
    );
}

/** Throws UsageError when no engine has this name. */
export function parseEngine({ engine }: EngineFlags): 'lab' {
  return parseChoice(engine, '--engine', ['lab']);
}

/** Only what was given. Throws UsageError on a bad value. */
export function parseStart(flags: StartFlags): StartOptions {
  parseEngine(flags);
  const { port, apiPort, memoryLimit, strict } = flags;
  return {
    ...(port === undefined ? {} : { port: parseInteger(port, '--port', 0, 65_535) }),
    ...(apiPort === undefined ? {} : { apiPort: parseInteger(apiPort, '--api-port', 0, 65_535) }),
    ...(memoryLimit === undefined ? {} : { memoryLimit: parseSize(memoryLimit, '--memory-limit') }),
    ...(strict === undefined ? {} : { strict }),
  };
}
