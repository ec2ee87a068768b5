import { indent, kept } from './lines.ts';
import { pythonString, pythonTable } from './python-values.ts';
import type { ConsumeTask, GetTask, Limits, ServeTask } from './task.ts';

const write = (raw: boolean): string[] => [`sys.stdout.buffer.write(body${raw ? '' : ' + b"\\n"'})`, 'sys.stdout.buffer.flush()'];
/** As each is written. */
const ACK = ['# only now that it is written: until then the broker keeps it', 'channel.basic_ack(method.delivery_tag)'];

/** Takes messages until there are enough, or none. */
export function pythonGetting({ queue, count, raw }: GetTask): string[] {
  return [
    'taken = 0',
    `while taken < ${count}:`,
    ...indent(
      [
        `method, properties, body = channel.basic_get(${pythonString(queue)})`,
        'if method is None:',
        '    break  # the queue is empty',
        ...write(raw),
        ...ACK,
        'taken += 1',
      ],
      '    ',
    ),
    'connection.close()',
    'if taken == 0:',
    '    sys.exit("the queue is empty")',
  ];
}

/** Consumes until the limits are met. */
export function pythonConsuming(task: ConsumeTask): string[] {
  // a consumer without acks is sent all that there is, and what is beyond the count would be lost
  const byGet = task.untilEmpty || (task.mode === 'none' && task.count !== undefined);
  return [...(byGet ? byGetting(task) : bySubscribing(task)), ...enough(task.count)];
}

/** How messages are settled: in the loop, once `received` has counted them, and after the consumer was cancelled. */
interface Settling {
  readonly inLoop: readonly string[];
  readonly after: readonly string[];
}

/**
 * Each ack may be followed by one more message. So that none comes beyond the count, and goes back, as many as the prefetch allows are
 * settled at the end.
 */
function settling({ mode, count, prefetch }: Pick<ConsumeTask, 'mode' | 'count' | 'prefetch'>): Settling {
  if (mode === 'none') return { inLoop: [], after: [] };
  if (mode === 'requeue') {
    const after = ['# all that is held goes back, in one frame', 'channel.basic_nack(delivery_tag=0, multiple=True, requeue=True)'];
    return { inLoop: ['# neither acknowledged nor refused: it goes back at the end'], after };
  }
  const call = (tag: string, multiple: boolean) =>
    `channel.basic_${mode === 'ack' ? 'ack' : 'nack'}(${[tag, multiple && 'multiple=True', mode === 'reject' && 'requeue=False'].filter(Boolean).join(', ')})`;
  const why = mode === 'ack' ? ACK.slice(0, 1) : ['# dropped, or dead-lettered where the queue has an exchange for that'];
  if (count === undefined) return { inLoop: [...why, call('method.delivery_tag', false)], after: [] };
  const before = count - Math.min(prefetch, count);
  return {
    inLoop: ['tag = method.delivery_tag', ...(before > 0 ? [...why, `if received <= ${before}:`, `    ${call('tag', false)}`] : [])],
    after: [
      `if received > ${before}:`,
      ...indent(['# together, when no more can come: none is sent beyond the count', call('tag', true)], '    '),
    ],
  };
}

function enough(count: number | undefined): string[] {
  return count === undefined ? [] : [`if received < ${count}:`, `    sys.exit(f"{received} of ${count} messages")`];
}

/** The end of the time, where there is one: what begins it, what renews it at a message. */
function deadlineOf({ timeout, idleTimeout }: Limits): { readonly start: string[]; readonly renew: string[]; readonly over: string } {
  const line = (ms: number) => [`deadline = time.monotonic() + ${ms / 1000}`];
  if (timeout !== undefined) return { start: line(timeout), renew: [], over: 'time.monotonic() >= deadline' };
  if (idleTimeout !== undefined) return { start: line(idleTimeout), renew: line(idleTimeout), over: 'time.monotonic() >= deadline' };
  return { start: [], renew: [], over: '' };
}

function byGetting(task: ConsumeTask): string[] {
  const { queue, count, mode, untilEmpty, raw } = task;
  const { inLoop, after } = settling({ mode, prefetch: 0 });
  const handle = [...write(raw), ...inLoop];
  const { start, renew, over } = deadlineOf(task);
  const waits = untilEmpty ? ['    break  # the queue is empty'] : ['    connection.sleep(0.1)', ...(over === '' ? ['    continue'] : [])];
  const body = [
    `method, properties, body = channel.basic_get(${pythonString(queue)}${mode === 'none' ? ', auto_ack=True' : ''})`,
    'if method is None:',
    ...waits,
    ...(untilEmpty || over === ''
      ? [...handle, 'received += 1', ...renew]
      : ['else:', ...indent([...handle, 'received += 1', ...renew], '    ')]),
    ...(over === '' ? [] : [`if ${over}:`, '    break']),
  ];
  return [
    'received = 0',
    ...start,
    `while ${count === undefined ? 'True' : `received < ${count}`}:`,
    ...indent(body, '    '),
    ...after,
    'connection.close()',
  ];
}

function bySubscribing(task: ConsumeTask): string[] {
  const { queue, count, mode, exclusive, prefetch, arguments: table, raw } = task;
  const isStream = 'x-stream-offset' in table;
  const { count: _, ...endless } = task;
  const { inLoop, after } = settling(isStream ? endless : task);
  const loop = loopOf(
    task,
    kept([
      pythonString(queue),
      mode === 'none' && 'auto_ack=True',
      exclusive && 'exclusive=True',
      Object.keys(table).length > 0 && `arguments=${pythonTable(table, 'the argument')}`,
    ]),
    'method, properties, body',
    [...write(raw), 'received += 1', ...inLoop, ...(count === undefined ? [] : [`if received == ${count}:`, '    break'])],
  );
  const prefetched = Math.min(prefetch, count ?? prefetch);
  return [
    ...(mode === 'none' ? [] : ['# unacknowledged messages at a time', `channel.basic_qos(prefetch_count=${prefetched})`]),
    'received = 0',
    ...loop,
    ...(isStream ? CLOSE_STREAM : ['channel.cancel()  # gives back what has come and was not looked at', ...after, 'connection.close()']),
  ];
}

/** pika gives back what it holds when it closes. */
const CLOSE_STREAM = [
  'try:',
  '    connection.close()',
  'except pika.exceptions.ConnectionClosedByBroker:',
  '    pass  # RabbitMQ 3.10 takes nothing back from a stream: it keeps its messages',
];

/** A loop over what comes, ended by the limits or by Ctrl-C. */
function loopOf(limits: Limits, given: readonly string[], names: string, handle: readonly string[]): string[] {
  const { start, renew, over } = deadlineOf(limits);
  const [method = ''] = names.split(',');
  const wait = over === '' ? [] : ['inactivity_timeout=0.1'];
  const body = over === '' ? handle : [`if ${method} is not None:`, ...indent([...renew, ...handle], '    '), `if ${over}:`, '    break'];
  return [
    ...start,
    'try:',
    `    for ${names} in channel.consume(${[...given, ...wait].join(', ')}):`,
    ...indent(body, '        '),
    'except KeyboardInterrupt:',
    '    pass  # Ctrl-C ends it in good order',
  ];
}

/** Answers requests by a command; `properties` are the lines of the reply's. */
export function pythonServing(task: ServeTask, properties: readonly string[]): string[] {
  const { queue, command, requeue, count } = task;
  const prefetch = Math.min(task.prefetch, count ?? task.prefetch);
  const { inLoop, after } = settling({ ...task, mode: 'ack', prefetch });
  const acks = inLoop.filter((line) => !line.startsWith('#'));
  const answer = [
    'if request.reply_to:',
    '    # the default exchange leads to the queue that the caller named;',
    '    # not mandatory: a caller who has gone is no error',
    '    channel.basic_publish(',
    '        exchange="",',
    '        routing_key=request.reply_to,',
    '        body=done.stdout,',
    ...indent(properties, '        '),
    '    )',
    'received += 1',
    '# the reply is confirmed: a crash before the ack means once more',
    ...acks,
  ];
  const refuse = requeue
    ? ['connection.sleep(1)  # or it comes back at once', 'channel.basic_nack(method.delivery_tag, requeue=True)']
    : ['channel.basic_nack(method.delivery_tag, requeue=False)', 'failed += 1'];
  const enoughNow = requeue ? `received == ${count}` : `received + failed == ${count}`;
  const handle = [
    'done = subprocess.run(',
    `    ${pythonString(command)}, shell=True, input=body, stdout=subprocess.PIPE`,
    ')',
    'if done.returncode != 0:',
    ...indent(refuse, '    '),
    'else:',
    ...indent(answer, '    '),
    ...(count === undefined ? [] : [`if ${enoughNow}:`, '    break']),
  ];
  return [
    'channel.confirm_delivery()',
    '# requests at a time that wait here instead of in the queue',
    `channel.basic_qos(prefetch_count=${prefetch})`,
    'received = 0',
    ...(requeue ? [] : ['failed = 0']),
    ...loopOf(task, [pythonString(queue)], 'method, request, body', handle),
    'channel.cancel()',
    ...after,
    'connection.close()',
    ...(requeue ? [] : ['if failed:', '    sys.exit(f"{failed} requests failed, and were rejected")']),
    ...enough(count),
  ];
}
