import type { Command } from 'commander';
import type { Act } from './lab.ts';

/** The headings of the help, in its order. */
export type CommandGroup = 'Learn' | 'Messages' | 'Topology' | 'Concepts' | 'Measure' | 'Brokers';

/** A command as the tree knows it: what the help shows, and how to get the rest when it is wanted. */
export interface CommandEntry {
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  /** Loads the command's own file: a start of the program pays for the commands that it names, and for no other. */
  readonly load: () => Promise<(act: Act) => Command>;
}

/** Every command, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'lesson',
    group: 'Learn',
    summary: 'learn RabbitMQ step by step, on a live broker',
    load: async () => (await import('./lesson.ts')).lesson,
  },
  {
    name: 'clean',
    group: 'Learn',
    summary: 'remove what interrupted lessons left on the broker',
    load: async () => (await import('./clean.ts')).clean,
  },
  {
    name: 'publish',
    group: 'Messages',
    summary: 'send messages to an exchange or a queue',
    load: async () => (await import('./publish.ts')).publish,
  },
  {
    name: 'consume',
    group: 'Messages',
    summary: 'receive messages from a queue',
    load: async () => (await import('./consume.ts')).consume,
  },
  { name: 'get', group: 'Messages', summary: 'take the next message off a queue', load: async () => (await import('./get.ts')).get },
  {
    name: 'peek',
    group: 'Messages',
    summary: 'look at the first messages of a queue, and give them back',
    load: async () => (await import('./peek.ts')).peek,
  },
  {
    name: 'call',
    group: 'Messages',
    summary: 'ask a server, and print its reply (RPC)',
    load: async () => (await import('./call.ts')).call,
  },
  {
    name: 'serve',
    group: 'Messages',
    summary: 'answer requests by a command (RPC)',
    load: async () => (await import('./serve.ts')).serve,
  },
  { name: 'tap', group: 'Messages', summary: 'watch copies of what an exchange routes', load: async () => (await import('./tap.ts')).tap },
  {
    name: 'move',
    group: 'Messages',
    summary: 'move messages from a queue to an exchange or another queue, losing none',
    load: async () => (await import('./move.ts')).move,
  },
  { name: 'purge', group: 'Messages', summary: 'drop the ready messages of a queue', load: async () => (await import('./purge.ts')).purge },
  {
    name: 'declare-queue',
    group: 'Topology',
    summary: 'create a queue, or make sure that it exists',
    load: async () => (await import('./declare-queue.ts')).declareQueue,
  },
  {
    name: 'declare-exchange',
    group: 'Topology',
    summary: 'create an exchange, or make sure that it exists',
    load: async () => (await import('./declare-exchange.ts')).declareExchange,
  },
  {
    name: 'bind',
    group: 'Topology',
    summary: 'route messages from an exchange to a queue or an exchange',
    load: async () => (await import('./bind.ts')).bind,
  },
  { name: 'unbind', group: 'Topology', summary: 'remove bindings', load: async () => (await import('./unbind.ts')).unbind },
  {
    name: 'delete-queue',
    group: 'Topology',
    summary: 'delete a queue, with the messages in it',
    load: async () => (await import('./delete-queue.ts')).deleteQueue,
  },
  {
    name: 'delete-exchange',
    group: 'Topology',
    summary: 'delete an exchange, with its bindings',
    load: async () => (await import('./delete-exchange.ts')).deleteExchange,
  },
  {
    name: 'topology',
    group: 'Topology',
    summary: 'show exchanges, bindings and queues: as a tree, tables or a diagram',
    load: async () => (await import('./topology.ts')).topology,
  },
  {
    name: 'route',
    group: 'Topology',
    summary: 'say where a message would go, and why, without sending it',
    load: async () => (await import('./route.ts')).route,
  },
  {
    name: 'watch',
    group: 'Topology',
    summary: 'watch queues fill and empty, live',
    load: async () => (await import('./watch.ts')).watch,
  },
  {
    name: 'session',
    group: 'Topology',
    summary: 'explore channels: one connection, commands from a prompt or stdin',
    load: async () => (await import('./session.ts')).session,
  },
  {
    name: 'expect',
    group: 'Topology',
    summary: 'check what is on the broker: exit 0 when it is so, 7 when not',
    load: async () => (await import('./expect.ts')).expect,
  },
  {
    name: 'dlq',
    group: 'Concepts',
    summary: 'dead letters: set up, look into, replay, find what is wrong',
    load: async () => (await import('./dlq.ts')).dlq,
  },
  {
    name: 'lazy',
    group: 'Concepts',
    summary: 'lazy queues: what they do on this broker, measured',
    load: async () => (await import('./lazy.ts')).lazy,
  },
  {
    name: 'bench',
    group: 'Measure',
    summary: 'measure rates and latencies, and count every message',
    load: async () => (await import('./bench.ts')).bench,
  },
  {
    name: 'code',
    group: 'Learn',
    summary: 'print a command line as a program in Python or JavaScript',
    load: async () => (await import('./code.ts')).code,
  },
  {
    name: 'broker',
    group: 'Brokers',
    summary: 'bring up a broker of your own, with nothing installed',
    load: async () => (await import('./broker.ts')).broker,
  },
  {
    name: 'status',
    group: 'Brokers',
    summary: 'which broker a command would use now, and why',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'doctor',
    group: 'Brokers',
    summary: 'check broker, rights and terminal, with a fix for each thing that is wrong',
    load: async () => (await import('./doctor.ts')).doctor,
  },
];
