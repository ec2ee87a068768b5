import { indent, kept } from './lines.ts';
import { nodeString, nodeTable } from './node-values.ts';
import type { ConsumeTask, GetTask, Limits, ServeTask } from './task.ts';

const shown = (raw: boolean): string => (raw ? 'message.content' : "Buffer.concat([message.content, Buffer.from('\\n')])");
const write = (raw: boolean): string => `await write(${shown(raw)});`;
const ACK = ['// only now that it is written: until then the broker keeps it', 'channel.ack(message);'];

/** Takes messages until there are enough, or none. */
export function nodeGetting({ queue, count, raw }: GetTask): string[] {
  return [
    'let taken = 0;',
    `while (taken < ${count}) {`,
    ...indent(
      [
        `const message = await channel.get(${nodeString(queue)});`,
        'if (message === false) break; // the queue is empty',
        write(raw),
        ...ACK,
        'taken++;',
      ],
      '  ',
    ),
    '}',
    'await channel.close();',
    "if (taken === 0) throw new Error('the queue is empty');",
  ];
}

/** Consumes until the limits are met. */
export function nodeConsuming(task: ConsumeTask): string[] {
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
  const giveBack = ['channel.nackAll(true); // the rest goes back, in one frame'];
  if (mode === 'requeue') return { inLoop: ['// neither acknowledged nor refused: it goes back at the end'], after: giveBack };
  const call = (message: string, multiple: boolean) =>
    mode === 'ack' ? `channel.ack(${message}${multiple ? ', true' : ''});` : `channel.nack(${message}, ${multiple}, false);`;
  const why = mode === 'ack' ? ACK.slice(0, 1) : ['// dropped, or dead-lettered where the queue has an exchange for that'];
  if (count === undefined) return { inLoop: [...why, call('message', false)], after: giveBack };
  const before = count - Math.min(prefetch, count);
  return {
    inLoop: ['last = message;', ...(before > 0 ? [...why, `if (received <= ${before}) ${call('message', false)}`] : [])],
    after: [
      '// together, when no more can come: none is sent beyond the count',
      `if (received > ${before}) ${call('last', true)}`,
      ...giveBack,
    ],
  };
}

function enough(count: number | undefined): string[] {
  return count === undefined ? [] : [`if (received < ${count}) throw new Error(\`\${received} of ${count} messages\`);`];
}

function byGetting({ queue, count, mode, untilEmpty, idleTimeout, timeout, raw }: ConsumeTask): string[] {
  const { inLoop, after } = settling({ mode, prefetch: 0 });
  const handle = [write(raw), ...inLoop];
  const limit = timeout ?? idleTimeout;
  const start = limit === undefined ? [] : [`let deadline = performance.now() + ${limit};`];
  const over = limit === undefined ? [] : ['if (performance.now() >= deadline) break;'];
  const renew = timeout === undefined && idleTimeout !== undefined ? [`deadline = performance.now() + ${idleTimeout};`] : [];
  const body = [
    `const message = await channel.get(${nodeString(queue)}${mode === 'none' ? ', { noAck: true }' : ''});`,
    ...(untilEmpty
      ? ['if (message === false) break; // the queue is empty', ...handle, 'received++;', ...over]
      : [
          'if (message === false) {',
          ...indent([...over, 'await sleep(100);', 'continue;'], '  '),
          '}',
          ...handle,
          'received++;',
          ...renew,
          ...(timeout === undefined ? [] : over),
        ]),
  ];
  return [
    'let received = 0;',
    ...start.map((line) => (renew.length > 0 ? line : line.replace('let', 'const'))),
    `while (${count === undefined ? 'true' : `received < ${count}`}) {`,
    ...indent(body, '  '),
    '}',
    ...(mode === 'requeue' ? after : []),
    'await channel.close();',
  ];
}

function bySubscribing(task: ConsumeTask): string[] {
  const { queue, count, mode, exclusive, prefetch, arguments: table, raw } = task;
  const options = kept([
    mode === 'none' && 'noAck: true',
    exclusive && 'exclusive: true',
    Object.keys(table).length > 0 && `arguments: ${nodeTable(table, 'the argument')}`,
  ]);
  const isStream = 'x-stream-offset' in table;
  const { count: _, ...endless } = task;
  const { inLoop, after } = settling(isStream ? endless : task);
  return [
    ...(mode === 'none' ? [] : [`await channel.prefetch(${Math.min(prefetch, count ?? prefetch)}); // unacknowledged messages at a time`]),
    ...loopOf(task, queue, options, [write(raw), 'received++;', ...inLoop]),
    ...(isStream ? ['// a stream keeps its messages: nothing to give back'] : after),
    'await channel.close();',
  ];
}

/** Consumes one message after the other, until the limits end it, or Ctrl-C. */
function loopOf(limits: Limits, queue: string, options: readonly string[], handle: readonly string[], counted = 'received'): string[] {
  const { count, idleTimeout, timeout } = limits;
  const limit = timeout ?? idleTimeout;
  const renews = timeout === undefined && idleTimeout !== undefined;
  const given = options.length === 0 ? '' : `, { ${options.join(', ')} }`;
  return [
    'let received = 0;',
    ...(handle.some((line) => line.includes('last = message')) ? ['let last;'] : []),
    'let stopped = false;',
    'let working = Promise.resolve();',
    'const { promise: ended, stop, fail } = ending();',
    ...(limit === undefined ? [] : [`${renews ? 'const timer = ' : ''}setTimeout(stop, ${limit}).unref();`]),
    "process.once('SIGINT', stop);",
    'const onMessage = async (message) => {',
    '  if (stopped) return; // it goes back',
    ...(renews ? ['  timer.refresh();'] : []),
    ...indent(handle, '  '),
    ...(count === undefined ? [] : [`  if (${counted} === ${count}) {`, '    stopped = true;', '    stop();', '  }']),
    '};',
    `const { consumerTag } = await channel.consume(${nodeString(queue)}, (message) => {`,
    "  if (message === null) return fail(new Error('the queue was deleted'));",
    '  // one after the other',
    '  working = working.then(() => onMessage(message)).catch(fail);',
    `}${given});`,
    'await ended;',
    'stopped = true;',
    'await working;',
    'await channel.cancel(consumerTag);',
  ];
}

/** Answers requests by a command; `options` are the lines of the reply's. */
export function nodeServing(task: ServeTask, options: readonly string[]): string[] {
  const { queue, command, requeue, count } = task;
  const prefetch = Math.min(task.prefetch, count ?? task.prefetch);
  const { inLoop, after } = settling({ ...task, mode: 'ack', prefetch });
  const handle = [
    `const { code, output } = await run(${nodeString(command)}, message.content);`,
    'if (code !== 0) {',
    ...(requeue
      ? ['  await sleep(1000); // or it comes back at once', '  channel.nack(message, false, true);']
      : ['  channel.nack(message, false, false);', '  failed++;']),
    '} else {',
    '  if (message.properties.replyTo) {',
    '    // the default exchange leads to the queue that the caller named;',
    '    // not mandatory: a caller who has gone is no error',
    "    channel.publish('', message.properties.replyTo, output, {",
    ...indent(options, '      '),
    '    });',
    '    await channel.waitForConfirms();',
    '  }',
    '  received++;',
    '  // the reply is confirmed: a crash before the ack means once more',
    ...indent(
      inLoop.filter((line) => !line.startsWith('//')),
      '  ',
    ),
    '}',
  ];
  return [
    `await channel.prefetch(${prefetch}); // requests that wait here instead of in the queue`,
    ...(requeue ? [] : ['let failed = 0;']),
    ...loopOf(task, queue, [], handle, requeue ? 'received' : 'received + failed'),
    ...after,
    'await channel.close();',
    ...(requeue ? [] : ["if (failed > 0) throw new Error('requests failed, and were rejected');"]),
    ...enough(count),
  ];
}
