import type { Command } from 'commander';
import { bind } from './bind.ts';
import { clean } from './clean.ts';
import { consume } from './consume.ts';
import { declareExchange } from './declare-exchange.ts';
import { declareQueue } from './declare-queue.ts';
import { deleteExchange } from './delete-exchange.ts';
import { deleteQueue } from './delete-queue.ts';
import { doctor } from './doctor.ts';
import { expect } from './expect.ts';
import { get } from './get.ts';
import type { Act } from './lab.ts';
import { lesson } from './lesson.ts';
import { move } from './move.ts';
import { peek } from './peek.ts';
import { publish } from './publish.ts';
import { purge } from './purge.ts';
import { status } from './status.ts';
import { unbind } from './unbind.ts';

/** The headings of the help, in its order. */
export type CommandGroup = 'Learn' | 'Messages' | 'Topology' | 'Brokers';

/** Every command, with the heading it stands under. */
export const commands: readonly { readonly group: CommandGroup; readonly make: (act: Act) => Command }[] = [
  { group: 'Learn', make: lesson },
  { group: 'Learn', make: clean },
  { group: 'Messages', make: publish },
  { group: 'Messages', make: consume },
  { group: 'Messages', make: get },
  { group: 'Messages', make: peek },
  { group: 'Messages', make: move },
  { group: 'Messages', make: purge },
  { group: 'Topology', make: declareQueue },
  { group: 'Topology', make: declareExchange },
  { group: 'Topology', make: bind },
  { group: 'Topology', make: unbind },
  { group: 'Topology', make: deleteQueue },
  { group: 'Topology', make: deleteExchange },
  { group: 'Topology', make: expect },
  { group: 'Brokers', make: status },
  { group: 'Brokers', make: doctor },
];
