import type { Channel } from '../channel.ts';
import type { MethodName, MethodOf } from '../wire/methods.ts';
import { BASIC } from './basic.ts';
import { CHANNEL } from './channel.ts';
import { CONFIRM_AND_TX } from './confirm-and-tx.ts';
import { CONSUMERS } from './consumers.ts';
import { EXCHANGE } from './exchange.ts';
import { QUEUE } from './queue.ts';

/** What a channel does with each method that it understands, by the method's name. */
export type Handlers = { readonly [N in MethodName]?: (channel: Channel, method: MethodOf<N>) => void };

/** All of them. A method without one is not for a channel, or not for a server. */
export const HANDLERS: Handlers = { ...CHANNEL, ...EXCHANGE, ...QUEUE, ...BASIC, ...CONSUMERS, ...CONFIRM_AND_TX };
