// A client for scripts/fuzz-lab-broker.js that sends methods in random order, and holds the broker to its answers.
import { BODY, FrameReader, HEADER, HEARTBEAT, METHOD } from '../dist/lab-broker/wire/frames.js';
import { METHODS } from '../dist/lab-broker/wire/method-table.js';
import { decodeMethod } from '../dist/lab-broker/wire/methods.js';
import { scanContentHeader } from '../dist/lab-broker/wire/properties.js';
import { contentFrames, firstMethods, methodFrame, tameMethod } from './fuzz-lab-methods.js';
import { handshake } from './fuzz-lab-sessions.js';

const NAMES = new Set(METHODS.map(({ name }) => name));
const WITH_CONTENT = new Set(METHODS.filter(({ content }) => content).map(({ name }) => name));
const ANSWERS = { 'basic.get-empty': 'basic.get-ok' };
/** What the broker says unasked. */
const UNASKED = new Set(['basic.deliver', 'basic.return', 'basic.ack', 'basic.nack', 'basic.cancel']);

class TalkedChannel {
  /** The names of the answers that are to come, in their order. */
  expected = ['channel.open-ok'];
  /** Deliveries that may be settled. */
  tags = [];
  lastTag = 0;
  /** Messages that were published, and confirmed, since confirm.select; undefined before. */
  published;
  confirmed = 0;
  transactional = false;
  closing = false;
  /** Whether deliveries on it need no acks: either all or none. */
  noAck;
  /** A content that is on its way: octets left, or undefined before its header. */
  content;

  constructor(noAck) {
    this.noAck = noAck;
  }
}

/** One connection on a socket. `end` settles when all has been answered, and rejects when it was not, or not as AMQP wants it. */
export class Talker {
  frames = 0;
  blocked = false;
  /** Whether the broker has ended the connection, or said goodbye. */
  over = false;
  #socket;
  #random;
  #reader = new FrameReader(0);
  #channels = new Map();
  #fault;
  #goodbye = false;
  #begun = false;

  constructor(socket, random) {
    this.#socket = socket;
    this.#random = random;
    socket.on('data', (chunk) => this.#take(chunk));
    this.#write(...handshake(random));
    for (let number = 1 + random.below(3); number > 0; number--) this.#open(number);
  }

  /** Why the broker is in the wrong; undefined when it is not. */
  get complaint() {
    if (this.#fault !== undefined) return this.#fault;
    if (this.over) return undefined;
    const waits = [...this.#channels].map(
      ([number, { expected, closing }]) => `${number}: ${expected.slice(0, 3)}${closing ? ' closing' : ''}`,
    );
    return new Error(`nothing came any more, where these were to come: ${waits.join('; ')}${this.#begun ? '' : ' (no open-ok)'}`);
  }

  /** Sends a few methods. */
  talk() {
    for (let left = 1 + this.#random.below(15); left > 0 && !this.over && !this.#goodbye; left--) this.#say();
  }

  /** Says goodbye. */
  leave() {
    if (this.over || this.#goodbye) return;
    this.#goodbye = true;
    this.#write(methodFrame(0, { name: 'connection.close', replyCode: 200, replyText: 'bye' }));
  }

  /** Opens a channel, unless it is too late for that. */
  #open(number) {
    const channel = new TalkedChannel(this.#random.chance(0.2));
    this.#channels.set(number, channel);
    if (this.#goodbye) channel.expected = [];
    else {
      this.#write(methodFrame(number, { name: 'channel.open' }));
      for (const method of firstMethods(this.#random)) this.#send(number, channel, method);
    }
  }

  #say() {
    const number = 1 + this.#random.below(this.#channels.size);
    const channel = this.#channels.get(number);
    if (channel === undefined || channel.closing) return;
    const method = tameMethod(this.#random);
    if (method.name.startsWith('connection.')) {
      this.#write(methodFrame(0, method));
      return;
    }
    if ('noAck' in method) method.noAck = channel.noAck && !method.queue.startsWith('s');
    if (/^tx\.(commit|rollback)$/.test(method.name) && !channel.transactional) return;
    if ('deliveryTag' in method && !this.#pickTag(channel, method)) return;
    this.#send(number, channel, method);
  }

  #send(number, channel, method) {
    const { name } = method;
    const answer = NAMES.has(`${name}-ok`) && !method.noWait ? `${name}-ok` : undefined;
    if (answer !== undefined) channel.expected.push(answer);
    if (name === 'confirm.select') channel.published ??= 0;
    if (name === 'tx.select') channel.transactional = true;
    if (name === 'channel.close') channel.closing = true;
    this.#write(methodFrame(number, method));
    if (name !== 'basic.publish') return;
    if (channel.published !== undefined) channel.published++;
    this.#write(...contentFrames(this.#random, number));
  }

  /** Answers whether there is something to settle; an unknown tag now and then. */
  #pickTag({ tags, noAck }, method) {
    if (this.#random.chance(0.01)) return true;
    if (tags.length === 0 || noAck) return false;
    const at = this.#random.below(tags.length);
    method.deliveryTag = tags[at];
    tags.splice(method.multiple ? 0 : at, method.multiple ? at + 1 : 1);
    return true;
  }

  #write(...frames) {
    this.frames += frames.length;
    if (this.#socket.writable) this.#socket.write(Buffer.concat(frames));
  }

  #take(chunk) {
    if (this.over) return;
    try {
      if (!this.#begun && chunk.subarray(0, 4).toString() === 'AMQP') throw new Error('the handshake was refused');
      this.#reader.push(chunk);
      for (let frame = this.#reader.next(); frame !== undefined && !this.over; frame = this.#reader.next()) this.#frame(frame);
    } catch (error) {
      this.#fault = error;
      this.over = true;
    }
  }

  #frame({ type, channel: number, payload }) {
    if (type === HEARTBEAT) return;
    const channel = this.#channels.get(number);
    if (type === METHOD && channel?.content === undefined) this.#method(number, channel, decodeMethod(payload));
    else if (type === HEADER && channel?.content === 'header') this.#content(channel, scanContentHeader(payload).bodySize);
    else if (type === BODY && channel?.content >= payload.length && payload.length > 0)
      this.#content(channel, channel.content - payload.length);
    else throw new Error(`a frame of type ${type} out of place on channel ${number}`);
  }

  #content(channel, left) {
    channel.content = left === 0 ? undefined : left;
  }

  #method(number, channel, method) {
    if (number === 0) this.#ofConnection(method);
    else if (channel === undefined) throw new Error(`${method.name} on channel ${number}, which is not open`);
    else this.#ofChannel(number, channel, method);
  }

  #ofConnection({ name }) {
    if (name === 'connection.open-ok') this.#begun = true;
    if (name === 'connection.blocked') this.blocked = true;
    if (name === 'connection.unblocked') this.blocked = false;
    if (name === 'connection.close') {
      this.over = true;
      this.#write(methodFrame(0, { name: 'connection.close-ok' }));
    }
    if (name !== 'connection.close-ok') return;
    this.over = true;
    for (const [number, { expected }] of this.#channels) {
      if (expected.length > 0) throw new Error(`connection.close-ok came, but before it on channel ${number} no ${expected}`);
    }
    for (const channel of this.#channels.values()) requireConfirmed(channel);
  }

  #ofChannel(number, channel, method) {
    const { name } = method;
    if (WITH_CONTENT.has(name)) channel.content = 'header';
    if (name === 'basic.deliver' || name === 'basic.get-ok') this.#delivered(channel, method);
    if (name === 'basic.ack' || name === 'basic.nack') confirm(channel, method);
    if (name === 'basic.recover-ok') channel.tags = [];
    if (name === 'channel.close') this.#reopen(number, channel);
    if (UNASKED.has(name) || name === 'channel.close') return;
    const expected = channel.expected.shift();
    if ((ANSWERS[name] ?? name) !== expected) throw new Error(`${name} on channel ${number}, where ${expected} was to come`);
    // the answer to this close, and not to one before that crossed the broker's
    if (!channel.closing || channel.expected.length > 0) return;
    requireConfirmed(channel);
    this.#open(number);
  }

  #delivered(channel, { deliveryTag }) {
    if (deliveryTag !== channel.lastTag + 1) throw new Error(`delivery tag ${deliveryTag} after ${channel.lastTag}`);
    channel.lastTag = deliveryTag;
    channel.tags.push(deliveryTag);
  }

  /** The broker has closed a channel: what was asked for before is not answered any more, save a close that crossed it. */
  #reopen(number, { closing }) {
    this.#write(methodFrame(number, { name: 'channel.close-ok' }));
    const crossed = closing ? ['channel.close-ok'] : [];
    this.#open(number);
    this.#channels.get(number).expected.unshift(...crossed);
  }
}

function confirm(channel, { deliveryTag, multiple }) {
  if (channel.published === undefined) throw new Error('a confirm on a channel that wants none');
  if (deliveryTag > channel.published) throw new Error(`a confirm of ${deliveryTag}, when ${channel.published} were published`);
  if (multiple ? deliveryTag <= channel.confirmed : deliveryTag !== channel.confirmed + 1) {
    throw new Error(`a confirm of ${deliveryTag} after that of ${channel.confirmed}`);
  }
  channel.confirmed = deliveryTag;
}

function requireConfirmed({ published = 0, confirmed }) {
  if (confirmed !== published) throw new Error(`${published} messages were published, ${confirmed} confirmed`);
}
