import { Command } from 'commander';
import { LabError, UsageError } from '../errors.ts';
import { parseDuration, parseInteger } from '../values.ts';
import type { LineAct, LineAnswer, LineContext } from './session-line.ts';
import { heldText } from './session-messages.ts';

/** The commands of a session about its channels, and about itself. */
export function channelCommands(act: LineAct): readonly Command[] {
  return [
    new Command('open').summary('open the channel (its first use does, too)').action(act(open)),
    new Command('close').summary('close the channel: what it holds goes back').action(act(close)),
    new Command('channels').summary('show the open channels, their consumers and what they hold').action(act(channels)),
    new Command('wait')
      .summary('wait for a time, or for deliveries')
      .argument('[duration]', 'such as 500ms')
      .option('-n, --count <n>', 'until so many more deliveries have come to consumers of the channel')
      .option('--timeout <duration>', 'with --count: how long at most (default 10s)')
      .action(act(wait)),
    new Command('exit').summary('end the session: what is held goes back').action(act(async () => ({ result: {}, text: '' }))),
  ];
}

async function open({ at }: LineContext): Promise<LineAnswer> {
  const { name } = await at();
  return { result: { open: true }, text: `${name} is open` };
}

async function close({ channels: all, name }: LineContext): Promise<LineAnswer> {
  if (all.find(name) === undefined) return { result: { closed: false }, text: `${name} is not open` };
  const wentBack = await all.close(name);
  const back = wentBack === 0 ? '' : `; the ${wentBack} that it held went back to their queues, marked redelivered`;
  return { result: { closed: true, wentBack }, text: `closed ${name}${back}` };
}

async function channels({ channels: all }: LineContext): Promise<LineAnswer> {
  const shown = all.all.map((at) => ({
    channel: at.name,
    mode: at.mode,
    prefetch: at.prefetch,
    held: [...at.held].map(([deliveryTag, { queue }]) => ({ deliveryTag, queue })),
    consumers: [...at.consumers].map(([consumerTag, consumer]) => ({ consumerTag, ...consumer })),
  }));
  const lines = all.all.map((at) => {
    const parts = [
      heldText(at),
      ...(at.mode === 'plain' ? [] : [{ confirms: 'confirms', transaction: 'in a transaction' }[at.mode]]),
      ...(at.prefetch === 0 ? [] : [`prefetch ${at.prefetch}`]),
      ...[...at.consumers].map(([tag, { queue, noAck }]) => `consumer ${tag} on ${queue}${noAck ? ' (no acks)' : ''}`),
    ];
    return parts.join(', ');
  });
  const none = all.isConnected ? 'no channel is open' : 'no channel is open, and there is no connection';
  return { result: { channels: shown }, text: lines.length === 0 ? none : lines.join('\n') };
}

async function wait(
  { lab, at: openChannel, ended }: LineContext,
  duration: string | undefined,
  options: { readonly count?: string; readonly timeout?: string },
): Promise<LineAnswer> {
  if ((duration === undefined) === (options.count === undefined)) {
    throw new UsageError('wait for what?', { hint: 'wait 500ms, or wait -n 3 for deliveries' });
  }
  if (duration !== undefined) {
    const milliseconds = parseDuration(duration, 'wait');
    await lab.clock.sleep(milliseconds, ended);
    return { result: {}, text: '' };
  }
  const count = parseInteger(options.count ?? '', '--count', 1);
  const timeout = parseDuration(options.timeout ?? '10s', '--timeout');
  const at = await openChannel();
  const deadline = lab.clock.now() + timeout;
  while (at.unseen < count && !ended.aborted) {
    const left = deadline - lab.clock.now();
    if (left <= 0) {
      throw new LabError('condition', `${at.unseen} of ${count} deliveries came`, {
        hint: 'wait longer: --timeout 1m; channels shows the consumers',
      });
    }
    const came = new AbortController();
    at.onDelivery = () => came.abort();
    // not longer than a channel lasts: it may be closed meanwhile
    void at.channel.closed.then(() => came.abort());
    await lab.clock.sleep(left, AbortSignal.any([came.signal, ended]));
  }
  at.unseen = Math.max(0, at.unseen - count);
  return { result: { deliveries: count }, text: '' };
}
