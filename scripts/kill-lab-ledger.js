/** Queues that stay, with their arguments. What leaves any of them but `dead` and `marks`, without an ack, goes to `dead`. */
const DEATH = { 'x-dead-letter-exchange': 'k.dlx' };
export const QUEUES = {
  'k.classic': DEATH,
  'k.quorum': { ...DEATH, 'x-queue-type': 'quorum', 'x-delivery-limit': -1 },
  'k.priority': { ...DEATH, 'x-max-priority': 3 },
  'k.ttl': { ...DEATH, 'x-message-ttl': 200 },
  'k.short': { ...DEATH, 'x-max-length': 30 },
};
export const [GRAVES, DEAD, MARKS] = ['k.dlx', 'k.dead', 'k.marks'];

/** What the clients know for certain, kept apart from the broker: what was sent, confirmed, delivered and acked, and what must exist. */
export class Ledger {
  messages = new Map();
  /** By kind and names: true when it must exist, false when it must not, undefined when nobody can say. */
  things = new Map();
  failures = [];
  totals = {
    ...{ rounds: 0, kills: 0, 'kills at start': 0, stops: 0, sent: 0, confirmed: 0, delivered: 0, acked: 0, rejected: 0 },
    ...{ commits: 0, definitions: 0, left: 0, lost: 0, returned: 0, 'dead twice': 0, 'torn ends': 0 },
  };
  #publishers = 0;

  fail(text) {
    this.failures.push(text);
  }

  /** A name for somebody whose messages are counted. */
  enter() {
    return `p${++this.#publishers}`;
  }

  sent(publisher, number, queue, persistent, size) {
    const message = { id: `${publisher}.${number}`, publisher, number, queue, persistent, size, delivered: false, acked: new Map() };
    this.messages.set(message.id, message);
    this.totals.sent++;
    return message;
  }

  confirmed(message) {
    message.confirmed = true;
    this.totals.confirmed++;
  }

  /** Looks at a delivery; answers the message that it brings. */
  delivered(queue, { content, fields, properties }) {
    const text = content.toString('latin1', 0, 40);
    const message = this.messages.get(text.slice(0, text.indexOf(' ')));
    if (message === undefined) return this.fail(`${queue}: nobody sent '${text}'`);
    const { id } = message;
    if (content.length !== message.size || properties.headers?.n !== message.number) this.fail(`${queue}: ${id} has changed`);
    if (message.acked.get(queue) === 'sure') this.#returned(queue, message);
    if (queue === message.queue && message.delivered && !fields.redelivered) this.fail(`${queue}: ${id} was delivered before, and is new`);
    if (queue === message.queue) message.delivered = true;
    this.totals.delivered++;
    return message;
  }

  /** `message` was acked; a call of the answer tells that the broker cannot forget that any more. */
  acked(queue, message) {
    message.acked.set(queue, 'sent');
    this.totals.acked++;
    return () => message.acked.set(queue, 'sure');
  }

  /** Compares what was found in the queues after a restart: for each its messages, in order. `killed`: it did not end in good order. */
  compare(found, killed) {
    const places = new Map();
    for (const [queue, messages] of Object.entries(found)) {
      const last = new Map();
      for (const message of messages) {
        const { id, publisher, number } = message;
        const known = places.get(id) ?? [];
        places.set(id, [...known, queue]);
        if (known.includes(queue)) this.#twice(queue, id);
        if (!message.persistent && queue !== 'k.quorum' && message.before) this.fail(`${queue}: transient ${id} is still there`);
        if (queue !== DEAD && (last.get(publisher) ?? -1) > number) this.fail(`${queue}: ${id} stands behind ${last.get(publisher)}`);
        last.set(publisher, number);
        if (killed && queue === message.queue && !message.redelivered) this.fail(`${queue}: ${id} is new after a kill`);
      }
      this.totals.left += messages.length;
    }
    for (const [id, message] of this.messages) {
      const kept = message.persistent || message.queue === 'k.quorum';
      if (kept && message.confirmed && message.acked.size === 0 && !places.has(id)) {
        // a dead letter of a transient message is transient, and dead is a classic queue
        if (!message.persistent && message.rejected) continue;
        this.totals.lost++;
        this.fail(`lost: ${id} of ${message.queue}${message.rejected ? ', which was rejected' : ''}`);
      }
      // whatever is not there any more is done with
      if (!places.has(id)) this.messages.delete(id);
      else message.before = true;
    }
  }

  compareThings(present) {
    for (const [key, wanted] of this.things) {
      if (wanted === true && !present.has(key)) this.fail(`${key} was declared, and is not there`);
      if (wanted === false && present.has(key)) this.fail(`${key} was deleted, and is there`);
      this.things.set(key, present.has(key));
    }
  }

  /** A crash between a dead letter and the end of what it was leaves both: one for each crash, and no more. */
  #twice(queue, id) {
    if (queue === DEAD && ++this.totals['dead twice'] <= this.totals.kills) return;
    this.fail(`${queue}: ${id} is there twice`);
  }

  #returned(queue, { id }) {
    if (queue === DEAD && ++this.totals['dead twice'] <= this.totals.kills) return;
    this.totals.returned++;
    this.fail(`${queue}: ${id} was acked, and is there again`);
  }
}
