import { Command } from 'commander';
import type { RunningBroker } from '../engines/engine.ts';
import { LabError } from '../errors.ts';
import { brokerDocument, brokerView } from '../output/broker-view.ts';
import { chooseEngine } from './broker-engine.ts';
import { type EngineFlags, parseNode, parseStart, type StartFlags, withEngine, withStartOptions } from './broker-flags.ts';
import { interruption } from './interruption.ts';
import type { Act, Lab } from './lab.ts';
import { examples } from './options.ts';

/** `rmq-lab broker`, and what stands under it. */
export function broker(act: Act): Command {
  const command = new Command('broker').description(
    'Brings up a broker where there is none: the lab broker, which needs nothing installed, listens on loopback and behaves as RabbitMQ ' +
      '4.3. While one is up, every command without --url uses it, in every terminal. What is durable outlasts broker start (--no-data-dir: nothing does). ' +
      'Other engines bring up RabbitMQ itself.',
  );
  command.addHelpText(
    'after',
    examples([
      ['rmq-lab broker start', 'in the background, until it is stopped'],
      ['rmq-lab broker logs --follow', 'what happens on it, in words'],
      ['rmq-lab broker stop', 'end it'],
    ]),
  );
  command.addCommand(
    withStartOptions(withEngine(new Command('run').summary('run one in the foreground, and tell what happens on it')))
      .description(
        'Runs a broker until Ctrl-C, and prints a line for whatever happens on it; with -v for each message that is routed, too.',
      )
      .addHelpText(
        'after',
        examples([
          ['rmq-lab broker run', 'on 5672, the management API on 15672'],
          ['rmq-lab broker run --port 0 --json', 'on free ports, which the first line names'],
        ]),
      )
      .action(act((lab: Lab, flags: StartFlags) => run(lab, flags))),
  );
  command.addCommand(
    withStartOptions(withEngine(new Command('start').summary('start one in the background')))
      .description(
        'Starts a broker and returns when it accepts connections. Where one is up already, it says so: that is no error, unless it runs with other options than those given.',
      )
      .addHelpText(
        'after',
        examples([
          ['rmq-lab broker start', 'on 5672, the management API on 15672'],
          ['rmq-lab broker start --port 5673', 'beside a RabbitMQ; the management API on 15673'],
          ['rmq-lab broker start --memory-limit 50MB', 'see publishers blocked soon'],
          ['rmq-lab broker start --engine rabbitmq --nodes 3', 'a cluster of the RabbitMQ that is installed here'],
          ['rmq-lab broker start --node 2', 'bring a node back that was stopped or killed'],
          ['rmq-lab broker start --engine docker --rabbitmq-version 4.1', 'the official image'],
        ]),
      )
      .action(act((lab: Lab, flags: StartFlags) => start(lab, flags))),
  );
  command.addCommand(
    withEngine(new Command('stop').summary('end it in good order'))
      .addHelpText(
        'after',
        examples([
          ['rmq-lab broker stop', 'where none is up, that is no error'],
          ['rmq-lab broker stop --node 2', 'one node of a cluster'],
        ]),
      )
      .action(act((lab: Lab, flags: EngineFlags) => stop(lab, flags, 'stop'))),
  );
  command.addCommand(
    withEngine(new Command('kill').summary('end it as a crash would (kill -9)'))
      .addHelpText(
        'after',
        examples([
          ['rmq-lab broker kill', 'see what clients make of it'],
          ['rmq-lab broker kill --node 1', 'see them fail over to another node'],
        ]),
      )
      .action(act((lab: Lab, flags: EngineFlags) => stop(lab, flags, 'kill'))),
  );
  command.addCommand(
    withStartOptions(withEngine(new Command('restart').summary('stop it and start it, with the options that it had')))
      .addHelpText(
        'after',
        examples([
          ['rmq-lab broker restart', 'see whether a consumer reconnects'],
          ['rmq-lab broker restart --strict', 'the same ports, another option'],
        ]),
      )
      .action(act((lab: Lab, flags: StartFlags) => restart(lab, flags))),
  );
  command.addCommand(
    withEngine(new Command('status').summary('whether one is up, and where: exit 0 when it is, 7 when not'))
      .addHelpText(
        'after',
        examples([
          ['rmq-lab broker status', 'addresses and process'],
          ['rmq-lab broker status --json | jq -r .url', 'the address for another program'],
        ]),
      )
      .action(act((lab: Lab, flags: EngineFlags) => status(lab, flags))),
  );
  command.addCommand(
    withEngine(new Command('logs').summary('what happened on it since it was started'))
      .option('-f, --follow', 'go on until it ends')
      .addHelpText('after', examples([['rmq-lab broker logs --follow', 'watch it']]))
      .action(act((lab: Lab, flags: EngineFlags & { readonly follow?: boolean }) => logs(lab, flags))),
  );
  return command;
}

async function run(lab: Lab, flags: StartFlags): Promise<void> {
  const engine = await chooseEngine(lab, flags, 'run');
  const options = parseStart(flags, engine.name);
  if (engine.name === 'lab') return (await import('./broker-run.ts')).runBroker(lab, options);
  return (await import('./broker-foreground.ts')).runInForeground(lab, engine, options);
}

async function start(lab: Lab, flags: StartFlags): Promise<void> {
  const engine = await chooseEngine(lab, flags, 'start');
  const options = parseStart(flags, engine.name);
  const { already, broker } = await lab.waitFor('starting a broker', () => engine.start(options, parseNode(flags)));
  if (already) lab.note('it is up already');
  await printBroker(lab, broker, { already });
}

async function stop(lab: Lab, flags: EngineFlags, how: 'stop' | 'kill'): Promise<void> {
  const engine = await chooseEngine(lab, flags, 'stop');
  const node = parseNode(flags);
  if (node !== undefined) parseStart(flags, engine.name);
  const stopped = await lab.waitFor('ending it', () => engine.stop(how, node));
  if (stopped === undefined) await (await import('./broker-lessons.ts')).noteLessons(lab);
  await lab.print({ stopped: stopped !== undefined, ...(stopped === undefined ? {} : brokerDocument(stopped)) }, () => {
    const what = node === undefined ? 'broker' : `node ${node}`;
    if (stopped === undefined) return node === undefined ? 'no broker is up' : `${what} is not up`;
    return `${how === 'kill' ? 'killed' : 'stopped'} ${node === undefined ? 'the broker' : what} at ${stopped.url} (process ${stopped.pid})`;
  });
}

async function restart(lab: Lab, flags: StartFlags): Promise<void> {
  const engine = await chooseEngine(lab, flags, 'stop');
  const options = parseStart(flags, engine.name);
  const { broker } = await lab.waitFor('restarting it', () => engine.restart(options, parseNode(flags)));
  await printBroker(lab, broker, {});
}

async function status(lab: Lab, flags: EngineFlags): Promise<void> {
  const running = await (await chooseEngine(lab, flags, 'look')).status();
  if (running !== undefined) return printBroker(lab, running, { running: true });
  const { findLessons } = await import('./broker-lessons.ts');
  const [ofLesson] = await findLessons(lab);
  if (ofLesson !== undefined) return printBroker(lab, ofLesson, { running: true });
  await lab.print({ running: false }, () => '');
  throw new LabError('condition', 'no broker is up', { hint: 'rmq-lab broker start' });
}

async function logs(lab: Lab, flags: EngineFlags & { readonly follow?: boolean }): Promise<void> {
  const engine = await chooseEngine(lab, flags, 'look');
  for await (const chunk of engine.logs(flags.follow === true, lab.interrupted, parseNode(flags))) await lab.write(chunk);
  if (lab.interrupted.aborted) throw interruption(lab);
}

function printBroker(lab: Lab, broker: RunningBroker, more: object): Promise<void> {
  return lab.print({ ...more, ...brokerDocument(broker) }, () => brokerView(broker));
}
