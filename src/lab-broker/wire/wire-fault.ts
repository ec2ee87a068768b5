/**
 * Bytes that are not AMQP 0-9-1. The connection decides what comes of them, as RabbitMQ's does:
 *
 * - `syntax`: the client is told with 501 FRAME_ERROR and this error's message, word for word what RabbitMQ says;
 * - `unparsable`: RabbitMQ's reader crashes on these, so the TCP connection is cut without a word. The message is for people.
 */
export class WireFault extends Error {
  override readonly name: string = 'WireFault';
  readonly kind: 'syntax' | 'unparsable';

  constructor(kind: 'syntax' | 'unparsable', message: string) {
    super(message);
    this.kind = kind;
  }
}
